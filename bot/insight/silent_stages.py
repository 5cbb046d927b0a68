"""Reminds admins of stages from which nothing is heard any more, once for each silence."""

from zoneinfo import ZoneInfo

from bot.core.admin_notices import notify_admins
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.work import Keyboard, Work
from bot.insight.pictures.picture import Artist
from bot.insight.pictures.showing import AREA, DRAWN, NOW
from flows.config.goals import EVENING, MORNING, PictureName
from flows.entities.facts import SILENCE_LOOKED, SILENT_STAGE, STAGE_SKIPPED
from flows.insight.silence import BEFORE, SILENT, Silence, silence


async def remind(work: Work) -> None:
    """Look once a day, by day, whether a stage is silent or people skip its question."""
    config = work.services.config
    local = work.now.astimezone(ZoneInfo(config.brand.time_zone))
    by_day = MORNING.minutes <= local.hour * 60 + local.minute <= EVENING.minutes
    today = f"{local:%Y-%m-%d}"
    if not (by_day and config.stages) or await work.unit.facts.get(SILENCE_LOOKED) == today:
        return
    await work.unit.facts.set(SILENCE_LOOKED, today)
    begins = work.now - SILENT
    now = await work.unit.overviews.cells(begins, work.now)
    before = await work.unit.overviews.cells(begins - BEFORE, begins)
    found = silence([each.id for each in config.stages], now, before)
    fresh = await _not_told(work, found, today)
    if fresh.silent or fresh.skipped:
        await notify_admins(
            work, lambda language: _said(work, language, fresh), lambda to: _below(work, to)
        )


async def _not_told(work: Work, found: Silence, today: str) -> Silence:
    """What admins were not told yet; what has ended is forgotten, so that it is told again."""
    told = await work.unit.facts.beginning(SILENT_STAGE)
    for stage in told.keys() - found.silent.keys():
        await work.unit.facts.drop(SILENT_STAGE.of(stage))
    fresh = {stage: n for stage, n in found.silent.items() if stage not in told}
    for stage in fresh:
        await work.unit.facts.set(SILENT_STAGE.of(stage), today)
    skipped_told = await work.unit.facts.get(STAGE_SKIPPED) is not None
    if found.skipped and not skipped_told:
        await work.unit.facts.set(STAGE_SKIPPED, today)
    elif skipped_told and not found.skipped:
        await work.unit.facts.drop(STAGE_SKIPPED)
    return Silence(fresh, 0 if skipped_told else found.skipped, found.all)


def _said(work: Work, language: str, found: Silence) -> str:
    artist = Artist(work.services, language, work.now)
    titles = {each.id: each.title for each in work.services.config.stages}
    lines = [
        artist.say(
            "letter.silent", stage=display_safe(artist.titled(titles[stage], stage)), n=n,
            shown=artist.number(n),
        )
        for stage, n in found.silent.items()
    ]  # fmt: skip
    if lines:
        lines.append(artist.say("letter.silent_what"))
    if found.skipped:
        counts = {"n": found.skipped, "shown": artist.number(found.skipped)}
        lines.append(artist.say("letter.skipped", **counts, all=artist.number(found.all)))
    return "\n".join(lines)


def _below(work: Work, language: str) -> Keyboard:
    label = Artist(work.services, language, work.now).tell("name_barriers")
    return [[(f"📊 {label}", pack(AREA, DRAWN, PictureName.BARRIERS, NOW))]]
