"""A segment is written once, and schedules that name it follow it."""

import pytest

from flows.config import ConfigError, diff_config, dump_config, load_config
from flows.config.conditions import ValueRange

CONFIG = """
segments:
  - {{id: vip, tags: [{tag}], value: {{from: 100}}}}
schedules:
  - id: trial
    when: {{event: trial_started}}
    flow: trial_check_in
    audience: {{{audience}}}
"""


def config(tag: str = "gold", audience: str = "segment: vip"):  # type: ignore[no-untyped-def]
    return load_config(CONFIG.format(tag=tag, audience=audience))


def test_an_audience_has_the_conditions_of_its_segment() -> None:
    [schedule] = config().schedules
    assert schedule.audience.tags == ("gold",)
    assert schedule.audience.value == ValueRange(least=100)


def test_keys_beside_it_replace_those_of_the_segment() -> None:
    [schedule] = config(audience="segment: vip, tags: [silver], stage: [x]").schedules
    assert (schedule.audience.tags, schedule.audience.stage) == (("silver",), ("x",))
    assert schedule.audience.value == ValueRange(least=100)


@pytest.mark.parametrize("audience", ["segment: vip", "segment: vip, tags: [silver]"])
def test_a_dump_is_read_back_and_follows_the_segment(audience: str) -> None:
    first = config(audience=audience)
    assert load_config(dump_config(first)) == first
    changed = load_config(dump_config(first).replace("from: 100", "from: 500"))
    assert changed.schedules[0].audience.value == ValueRange(least=500)
    assert diff_config(first, changed) == ["segments[vip].value.from: 100 → 500"]


def test_a_segment_that_there_is_not_is_told() -> None:
    with pytest.raises(ConfigError, match=r"schedules\[0\]\.audience\.segment: found 'vap'"):
        config(audience="segment: vap")
