"""What customers read of a recall, and the buttons below it."""

from collections.abc import Mapping

from bot.core.callbacks import pack
from bot.core.rich import Rich, bold, plain
from bot.core.services import Services
from bot.core.work import Keyboard
from flows.entities import Participant
from flows.recalls.wording import PARTS, TITLE

AREA = "v"


class RecallViews:
    """Views in one language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self.language = services, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence that customers read about recalls."""
        return self._services.words.say(self.language, f"recall.{key}", **values)

    def told(self, parts: Mapping[str, str], *, corrected: bool, above: str = "") -> Rich:
        """What is wrong and what we do, as its reader gets it.

        `above`: which language it is in, where it is not theirs.
        """
        brand = self._services.config.brand.name
        first = self.say("corrected" if corrected else "about_yours", brand=brand)
        lines = [first, above] if above else [first]
        text = plain("\n".join(lines) + "\n\n") + bold(parts[TITLE])
        for name in PARTS:
            if name in parts:
                text += "\n\n" + bold(self.say(f"part_{name}")) + f"\n{parts[name]}"
        return text + f"\n\n{self.say('no_hurry')}"

    def choices(self, participant: Participant, *, slots: bool) -> Keyboard:
        """What somebody can do who was told."""
        time = (self.say("b_time"), pack(AREA, "time", participant.id))
        ask = (self.say("b_ask"), pack(AREA, "ask", participant.id))
        gone = (self.say("b_gone"), pack(AREA, "gone", participant.id))
        return [[time], [ask], [gone]] if slots else [[ask], [gone]]

    def gone(self, participant: Participant) -> tuple[Rich, Keyboard]:
        """It is noted that somebody no longer has it."""
        back = (self.say("b_mine"), pack(AREA, "mine", participant.id))
        return plain(self.say("gone")), [[back]]

    def mine(self, participant: Participant, *, slots: bool) -> tuple[Rich, Keyboard]:
        """It is noted that somebody has it after all."""
        return plain(self.say("mine")), self.choices(participant, slots=slots)

    def ready(self, participant: Participant, title: str, *, slots: bool) -> tuple[Rich, Keyboard]:
        """It is ready; when would they like it back?"""
        have = [(self.say("b_have"), pack(AREA, "have", participant.id))]
        ask = [(self.say("b_ask"), pack(AREA, "ask", participant.id))]
        time = [[(self.say("b_back"), pack(AREA, "time", participant.id))]] if slots else []
        key = "ready" if slots else "ready_come"
        return bold(title) + f"\n\n{self.say(key)}", [*time, have, ask]

    def is_it_right(self, participant: Participant) -> tuple[Rich, Keyboard]:
        """They have it again: is it right now?"""
        yes = (self.say("b_right"), pack(AREA, "right", participant.id))
        no = (self.say("b_wrong"), pack(AREA, "wrong", participant.id))
        return plain(self.say("is_it_right")), [[yes, no]]
