"""What staff see of recalls in the group that sees to them."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.ports import AtWork, RecallCounts
from bot.core.rich import Rich, bold
from bot.core.slot_names import place_name
from bot.core.work import Keyboard
from bot.recalls.staff_views import StaffViews
from bot.recalls.views import AREA
from flows.entities import Recall, Slot
from flows.recalls.recalls import BEGUN


class GroupViews(StaffViews):
    """Views in the language of a group."""

    def listing_here(self, recalls: Sequence[Recall]) -> tuple[Rich, Keyboard]:
        """The recalls that a group sees to, each with a button."""
        text = bold(self.say("title"))
        for recall in recalls:
            text += f"\n{self.name(recall)}: {self.say(f'state_{recall.state}')}"
        rows = [[(self.name(each)[:60], pack(AREA, "one", each.number))] for each in recalls]
        return text, [[(self.say("b_today"), pack(AREA, "today", 0))], *rows]

    def standing(
        self, recall: Recall, counts: RecallCounts, *, others: bool
    ) -> tuple[Rich, Keyboard]:
        """How a recall stands, and what can be done; `others`: the group sees to more of them."""
        rows = list(self.staff_buttons(recall, counts))
        if others:
            rows.append([(self.say("b_all"), pack(AREA, "here", 0))])
        return self.report(recall, counts, f"state_{recall.state}"), rows

    def staff_buttons(self, recall: Recall, counts: RecallCounts) -> Keyboard:
        """What can be done about a recall in the group that sees to it."""
        number = recall.number
        rows = [
            [
                (self.say("b_today"), pack(AREA, "today", number)),
                (self.say("b_picture"), pack(AREA, "view", number)),
            ]
        ]
        if counts.not_reached:
            rows.append([(self.say("b_unreached"), pack(AREA, "missed", number))])
        if recall.state in BEGUN:
            move, action = ("pause", "halt") if recall.state == "running" else ("resume", "goon")
            rows.append([(self.say(f"b_{move}"), pack(AREA, action, number))])
        return rows

    def to_do(
        self,
        recalls: Sequence[Recall],
        people: Sequence[AtWork],
        today: Mapping[int, Slot],
        *,
        more: bool,
    ) -> tuple[Rich, Keyboard]:
        """For whom something is to be done: made ready, or given back; `today`: who comes then."""
        numbers = {each.id: each.number for each in recalls}
        text, rows = bold(self.say("to_do")), []
        if not people:
            text += f"\n{self.say('nothing_to_do')}"
        for each in people:
            name = display_safe(each.name or each.ref, 40)
            step = self.say(f"step_{each.step}")
            slot = today.get(each.participant_id)
            if slot is not None:
                step = self.say("comes", when=self._clock(slot), where=self._where(slot))
            text += "\n" + self.say(
                "to_do_line", recall=f"RC{numbers[each.recall_id]}", name=name, step=step
            )
            action = "ready" if each.step == "chosen" else "back"
            rows.append(
                [(self.say(f"b_{action}_of", name=name), pack(AREA, action, each.participant_id))]
            )
        return text + (f"\n{self.say('and_more')}" if more else ""), rows

    def _clock(self, slot: Slot) -> str:
        return f"{slot.starts_at.astimezone(ZoneInfo(slot.zone)):%H:%M}"

    def _where(self, slot: Slot) -> str:
        return place_name(self._services, self.language, slot)
