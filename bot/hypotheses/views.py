"""What admins read of hypotheses, and the buttons below it."""

from collections.abc import Collection, Sequence
from datetime import date

from bot.core.callbacks import DATA_LIMIT, pack
from bot.core.names import display_safe
from bot.core.numbers import points
from bot.core.rich import Rich, bold, plain
from bot.core.services import Services
from bot.core.titles import event_title
from bot.core.words import listed
from bot.core.work import Keyboard
from bot.hypotheses.standing import Figures, Standing
from flows.config import HypothesisPlan, Titled
from flows.hypotheses.judging import GroupOf
from flows.hypotheses.writing import Known
from flows.time.moments import in_words

AREA = "x"
LISTED = 30
OFFERED = 20
"""Answers that are offered as buttons; others are typed."""
CONTROLS = ("50", "30", "20", "10")
EFFECTS = ("1", "3", "5", "-1", "-3", "-5")
Shown = tuple[Rich, Keyboard]


class HypothesisViews:
    """Views in one language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self.language = services, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about hypotheses."""
        return self._services.words.say(self.language, f"hypotheses.{key}", **values)

    # -- all -----------------------------------------------------------------------------------

    def listing(self, found: Sequence[Standing], note: str = "") -> Shown:
        """All hypotheses, also those that failed."""
        text = bold(self.say("title")) + (f"\n{note}" if note else "")
        if not found:
            text += f"\n{self.say('none')}"
        shown = found[:LISTED]
        for each in shown:
            text += f"\n{self.name(each.plan)}: {self.state(each)}"
        if len(found) > LISTED:
            text += f"\n{self.say('more', n=len(found) - LISTED)}"
        rows = [[(self.name(each.plan)[:60], pack(AREA, "open", each.plan.id))] for each in shown]
        below = [[(self.say("b_new"), pack(AREA, "new", 0))]]
        if found:
            below[0].append(("CSV", pack(AREA, "csv", 0)))
        return text, [*rows, *below]

    def name(self, plan: HypothesisPlan) -> str:
        """A hypothesis by its id and its title, else what is changed."""
        title = (plan.title or {}).get(self.language) or plan.change
        return f"{plan.id} · {display_safe(title, 60)}"

    def state(self, each: Standing) -> str:
        """Whether it runs, and why it stopped or what was learned."""
        begun = each.begun
        if begun is None:
            return self.say("state_draft")
        if begun.state == "ended":
            return self.say("state_ended", learned=display_safe(begun.learned, 120))
        if begun.state == "stopped":
            return self.say(f"why_{begun.stopped_why}")
        return self.say("state_running", day=self._day(each.plan))

    # -- one -----------------------------------------------------------------------------------

    def opened(self, found: Standing, note: str = "") -> Shown:
        """One hypothesis: what was written down before, and how it stands."""
        plan = "\n".join(self.plan(found.plan))
        text = bold(self.name(found.plan)) + f"\n{self.state(found)}\n\n{plan}"
        if found.rewritten:
            text += f"\n\n{self.say('rewritten')}"
        if found.figures is not None:
            text += f"\n\n{self.figures(found.figures)}"
        if note:
            text += f"\n\n{note}"
        return text, self._buttons(found)

    def plan(self, plan: HypothesisPlan) -> list[str]:
        """What is written down, one thing a line."""
        config = self._services.config
        where = [
            *self._titles(config.stages, plan.stage),
            *self._titles(config.every_category, plan.category),
        ]
        return [
            *([self.say("p_barrier", where=display_safe(" · ".join(where), 120))] if where else []),
            self.say("p_change", change=display_safe(plan.change, 200)),
            self.say("p_whom", whom=self.segment(plan.segment)),
            self.say(
                "p_expect",
                event=self._event(plan.event),
                points=points(plan.expect / 100, self.language),
                days=plan.within.approximate().days,
            ),
            self.say("p_control", share=plan.control),
            self.say("p_look", day=self._day(plan)),
            self.say("p_stop"),
            *([self.say("p_stop_if", event=self._event(plan.stop_if))] if plan.stop_if else []),
        ]

    def _event(self, kind: str) -> str:
        title = event_title(self._services.words, self._services.config, self.language, kind)
        return display_safe(title, 60)

    def _day(self, plan: HypothesisPlan) -> str:
        """On which day it is looked at; every plan that is read has one."""
        return in_words(plan.look, self.language) if plan.look is not None else ""

    def _titles(self, known: Sequence[Titled], name: str | None) -> list[str]:
        """The title of what has this id; the id, when it is gone; nothing without one."""
        default = self._services.config.brand.default_language
        titles = {each.id: each.in_language(self.language, default) for each in known}
        return [titles.get(name, name)] if name else []

    def segment(self, name: str | None) -> str:
        """A segment by its title; everybody, where there is none."""
        if not name:
            return self.say("everybody")
        found = self._services.config.segment_called(name)
        titles = (found.title if found is not None else None) or {}
        return display_safe(titles.get(self.language) or name, 60)

    def figures(self, found: Figures) -> str:
        """All figures: people first, shares and their difference when there are enough."""
        if not (found.treated or found.control):
            return self.say("f_nobody")
        lines = [self.say("f_assigned", treated=found.treated, control=found.control)]
        if found.over.people or found.over_control.people:
            lines.append(self.say("f_treated", **_counts(found.over)))
            lines.append(self.say("f_control", **_counts(found.over_control)))
        lines += [each for each in (self.effect(found), self.verdict(found)) if each]
        return "\n".join(lines)

    def effect(self, found: Figures) -> str:
        """The difference of the groups with its interval; empty when there are too few people."""
        if found.effect is None:
            return ""
        numbers = (found.effect.estimate, found.effect.low, found.effect.high)
        shown, low, high = (points(number, self.language) for number in numbers)
        return self.say("f_effect", points=shown, low=low, high=high)

    def verdict(self, found: Figures) -> str:
        """What can be said of it, in a sentence."""
        return self.say(f"verdict_{found.verdict}")

    def _buttons(self, found: Standing) -> Keyboard:
        name, begun = found.plan.id, found.begun
        actions: tuple[str, ...] = ("begin", "drop")
        if begun is not None:
            actions = {"running": ("stop", "end"), "stopped": ("end",)}.get(begun.state, ())
        rows = [[(self.say(f"b_{each}"), pack(AREA, each, name))] for each in actions]
        fresh = (self.say("b_refresh"), pack(AREA, "open", name))
        return [*rows, [fresh, (self.say("b_all"), pack(AREA, "list", 0))]]

    def to_one(self, name: str) -> Keyboard:
        """A button to one hypothesis."""
        return [[(self.say("b_open"), pack(AREA, "open", name))]]

    def sure(self, found: Standing, action: str, note: str = "") -> Shown:
        """Ask once more before something that is not taken back."""
        text = bold(self.name(found.plan)) + (f"\n\n{note}" if note else "")
        yes = (self.say(f"b_{action}_yes"), pack(AREA, f"{action}!", found.plan.id))
        no = (self.say("b_no"), pack(AREA, "open", found.plan.id))
        return text + f"\n\n{self.say(f'sure_{action}')}", [[yes], [no]]

    def sure_to_learn(self, name: str) -> Shown:
        """Ask what was learned."""
        return plain(self.say("ask_learned")), [[(self.say("b_no"), pack(AREA, "open", name))]]

    def too_few(self, people: int, needed: int, months: int | None) -> str:
        """That there are too few people, and in how many months there will be enough."""
        if months is None:
            return self.say("too_few_ever", people=people, needed=needed)
        return self.say("too_few", people=people, needed=needed, n=months)

    def stopped(self, found: Standing) -> str:
        """What admins read when one stops by itself."""
        lines = [self.name(found.plan), self.state(found)]
        if found.figures is not None:
            lines += ["", self.figures(found.figures)]
        return "\n".join([*lines, "", self.say("now_end")])

    # -- writing one down ----------------------------------------------------------------------

    def question(
        self, step: str, known: Known, days: Collection[str], note: str = "", apart_from: str = ""
    ) -> Shown:
        """One question of a hypothesis that is being written, with answers as buttons.

        `apart_from`: an answer that was given to another question, and makes no sense here.
        """
        text = plain(f"{note}\n\n" if note else "") + self.say(f"ask_{step}")
        offered = [
            [(label, pack(AREA, "a", step, value))]
            for label, value in self._answers(step, known, days)
            if len(f"{AREA}:a:{step}:{value}".encode()) <= DATA_LIMIT and ":" not in value
            if not value or value != apart_from
        ]
        return text, [*offered, [(self.say("b_cancel"), pack(AREA, "list", 0))]]

    def _answers(self, step: str, known: Known, days: Collection[str]) -> list[tuple[str, str]]:
        if step == "control":
            return [(f"{each} %", each) for each in CONTROLS]
        if step == "expect":
            return [(f"{float(each):+g}", each) for each in EFFECTS]
        if step == "look":
            return [(in_words(date.fromisoformat(day), self.language), day) for day in days]
        found = self.choices(step, known)
        named, others = found[: OFFERED + 1], found[OFFERED + 1 :]
        return named + [each for each in others if not each[1]]

    def choices(self, step: str, known: Known) -> list[tuple[str, str]]:
        """What a question offers that is not typed, as labels and values; empty: nothing.

        The value of a choice for none of them is empty.
        """
        config = self._services.config
        if step == "segment":
            named = [(f"👥 {self.segment(each.id)}", each.id) for each in config.segments]
            return [(self.say("b_everybody"), ""), *named]
        if step in ("stage", "category"):
            there = config.stages if step == "stage" else config.every_category
            titled = [(self._titles(there, each.id)[0], each.id) for each in there]
            return [*titled, (self.say("b_none"), "")] if titled else []
        if step in ("event", "stop_if"):
            types = [(self._event(each), each) for each in known.events]
            return types if step == "event" else [*types, (self.say("b_nothing"), "")]
        return []

    def wrong(self, why: str, known: Known) -> str:
        """What is expected in place of an answer that cannot be read."""
        names = listed([display_safe(each) for each in list(known.events)[:OFFERED]], self.language)
        return self.say(f"wrong_{why}", events=names or "-")


def _counts(group: GroupOf) -> dict[str, object]:
    return {"n": group.people, "hits": group.hits}
