"""The templates: each makes a schedule that passes every check, in every language."""

import pytest

from flows.asks.templates import PRODUCT, Template, schedule_from, templates
from flows.asks.tuning import (
    AUDIENCE,
    choices_of,
    free_id,
    read_value,
    settings_of,
    toggled,
    value_at,
    with_value,
)
from flows.asks.typed_values import NOTHING
from flows.config import Config, Schedule, dump_config, load_config
from flows.conversations import FlowLibrary

SHOP = load_config("""
products:
  - {id: pro, title: {en: Box, ru: Набор, zh: 茶盒}}
stages:
  - {id: first, title: {en: First, ru: Первый, zh: 初次}}
""")
ALL = list(templates().values())


def kept(config: Config, schedule: Schedule) -> Config:
    """The configuration with a schedule, as a file would be read."""
    return load_config(dump_config(config.model_copy(update={"schedules": (schedule,)})))


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.id)
@pytest.mark.parametrize("languages", [("en", "ru", "zh"), ("ru",)])
def test_every_template_makes_a_valid_schedule_that_is_off(
    template: Template, languages: tuple[str, ...]
) -> None:
    brand = {"languages": languages, "default_language": languages[0]}
    config = Config.model_validate({"brand": brand})
    schedule = kept(config, schedule_from(template, config)).schedules[0]
    assert not schedule.enabled
    words = [step.text for step in schedule.steps] or [schedule.text]
    assert all(set(each or {}) == set(languages) for each in words)
    assert set(schedule.title or {}) == set(languages)
    if schedule.flow is not None:
        assert FlowLibrary.shipped().latest(schedule.flow).definition.proactive


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.id)
def test_every_offered_delay_and_product_fits(template: Template) -> None:
    assert set(template.title) == set(template.about) == {"en", "ru", "zh"}
    for delay in template.delays:
        product = "pro" if PRODUCT in template.asks else ""
        schedule = kept(SHOP, schedule_from(template, SHOP, product, delay)).schedules[0]
        moment = settings_of(schedule)["moment"]
        assert str(read_value(moment, delay, SHOP)) == delay
        assert schedule.audience.product == ((product,) if product else ())


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.id)
def test_every_usual_value_of_every_setting_fits(template: Template) -> None:
    schedule = schedule_from(template, SHOP)
    settings = settings_of(schedule)
    assert set(AUDIENCE) <= set(settings)
    for setting in settings.values():
        for preset in setting.presets:
            kept(SHOP, with_value(schedule, setting.path, read_value(setting, preset, SHOP)))
            assert len(preset.encode()) <= 15
            assert ":" not in preset
        for choice in choices_of(setting, SHOP):
            chosen = with_value(schedule, setting.path, toggled(schedule, setting, choice))
            before = value_at(schedule, setting.path) or []
            assert set(toggled(chosen, setting, choice)) == set(before)
            kept(SHOP, chosen)


def test_a_value_that_cannot_be_is_refused() -> None:
    schedule = schedule_from(ALL[0], SHOP)
    with pytest.raises(ValueError, match="holdout"):
        with_value(schedule, ("holdout",), "200%")
    assert with_value(schedule, ("title",), NOTHING).title is None


def test_a_copy_gets_an_id_of_its_own() -> None:
    first = schedule_from(ALL[0], SHOP)
    config = kept(SHOP, first)
    assert free_id(first.id, config) == f"{first.id}-2"
    long = "a" * 32
    taken = kept(SHOP, first.model_copy(update={"id": long}))
    assert free_id(long, taken) == "a" * 30 + "-2"
