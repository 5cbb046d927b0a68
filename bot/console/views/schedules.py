"""What admins see of schedules: the list, one of them, each setting with its buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.asks.capacity import AskCapacity
from bot.asks.views.settings import SettingWords
from bot.console.admins import ScheduleState
from bot.console.ask_texts import NEW, is_place, said_at
from bot.console.prompts import Awaited
from bot.console.schedules import Tuned
from bot.console.views.capacity import capacity_lines
from bot.console.views.rules import RulesView
from bot.console.warnings import Unheard
from bot.core.callbacks import pack
from bot.core.rich import Rich, bold, clipped, plain, quote
from bot.core.services import Services
from bot.core.words import listed, named, named_within, pair
from bot.core.work import Keyboard
from flows.asks.holdout import leaves_nobody
from flows.asks.tuning import (
    AUDIENCE,
    Setting,
    choices_of,
    settings_of,
    step_name,
    value_at,
)
from flows.config import MOST_STEPS, Config, Schedule
from flows.config.ask_texts import PLACEHOLDERS
from flows.entities.kinds import Address

PAGE = 8
"""Schedules on one screen of the list."""
_STEPS = tuple(step_name(number) for number in range(MOST_STEPS))
GROUPS: Mapping[str, tuple[str, ...]] = {
    "when": ("moment", *_STEPS, "event", "gap", "unless", "until"),
    "aud": AUDIENCE,
    "lim": ("cool", "cap", "prio"),
}
"""Settings that share a screen, by the name on its button."""
_CHOICES_SHOWN = 20
_LABEL_LIMIT = 40
_TEXTS_SHOWN = 2700
"""Letters of all texts together on one screen."""

Shown = tuple[Rich, Keyboard]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a screen stands on: the configuration that is stored, and its version."""

    config: Config
    version: int


class ScheduleView(RulesView):
    """Schedules for one admin, in one language."""

    def __init__(
        self, services: Services, language: str, now: datetime, standing: Standing
    ) -> None:
        super().__init__(services, language, now)
        self.config, self.version = standing.config, standing.version
        self.zone = ZoneInfo(standing.config.brand.time_zone)
        self.words = SettingWords(services.words, language, standing.config)

    def tell(self, key: str, **values: object) -> str:
        """A sentence about tuning in the admin's language."""
        return self.words.say(key, **values)

    def to_list(self) -> tuple[str, str]:
        """The button to the list."""
        return self.say("admin.back"), pack("s", "l", 0)

    def _to(self, schedule: Schedule) -> tuple[str, str]:
        label = clipped(self.words.name(schedule), _LABEL_LIMIT)
        return label, pack("s", "o", schedule.id)

    def back(self, schedule: Schedule | str) -> tuple[str, str]:
        """The button to a schedule's own screen."""
        name = schedule if isinstance(schedule, str) else schedule.id
        return self.tell("btn_back"), pack("s", "o", name)

    # -- the list --------------------------------------------------------------------------------

    def listed(
        self, states: Sequence[ScheduleState], hunting: AskCapacity, page: int, *, put_away: bool
    ) -> Shown:
        """Schedules with what they did today, a page of them, and a button to open each."""
        chosen = [each for each in states if each.schedule.archived == put_away]
        page = min(page, max(0, (len(chosen) - 1) // PAGE))
        here = chosen[page * PAGE : (page + 1) * PAGE]
        text = bold(self.tell("archived_title") if put_away else self.say("admin.schedules")) + "\n"
        if not put_away:
            text += "".join(f"{line}\n" for line in capacity_lines(self.say, hunting))
        if not chosen:
            text += "\n" + self.tell("none_archived" if put_away else "none_yet") + "\n"
        for state in here:
            text += "\n" + bold(self.words.name(state.schedule)) + f" · {self.state(state)}\n"
            text += "" if put_away else "\n".join([*self._paused(state), self.numbers(state), ""])
        rows = [[self._to(each.schedule)] for each in here]
        return text, [*rows, *self._list_ends(page, len(chosen), states, put_away=put_away)]

    def _list_ends(
        self, page: int, count: int, states: Sequence[ScheduleState], *, put_away: bool
    ) -> Keyboard:
        action = "la" if put_away else "l"
        before = (self.tell("btn_previous"), pack("s", action, max(0, page - 1)))
        more = (self.tell("btn_more"), pack("s", action, page + 1))
        turns = [*([before] if page else []), *([more] if (page + 1) * PAGE < count else [])]
        rows = [turns] if turns else []
        if put_away:
            return [*rows, [self.to_list()]]
        history = (self.tell("btn_history"), pack("s", "ha", 0))
        rows.append([(self.tell("btn_new"), pack("s", "n")), history])
        if any(each.schedule.archived for each in states):
            rows.append([(self.tell("btn_archived"), pack("s", "la", 0))])
        return rows

    def numbers(self, state: ScheduleState) -> str:
        """What a schedule did today, by the brand's clock."""
        held_back = sum(
            count
            for name, count in state.today.items()
            if name.startswith("outcome:") and name not in ("outcome:send", "outcome:planned")
        )
        figures = {name: state.today.get(name, 0) for name in ("asked", "delivered", "answered")}
        if not any((state.waiting, held_back, *figures.values())):
            return self.tell("today_nothing")
        today = "informing.numbers" if state.schedule.informs else "tuning.today"
        return self.say(today, waiting=state.waiting, held_back=held_back, **figures)

    def state(self, state: ScheduleState) -> str:
        """Whether a schedule runs, in words."""
        return self.tell("is_archived") if state.schedule.archived else self._state(state)

    # -- one schedule ----------------------------------------------------------------------------

    def opened(self, state: ScheduleState, note: str = "", undo: int | None = None) -> Shown:
        """One schedule: its rule in words, what it did today, and buttons for all of it."""
        schedule = state.schedule
        text = bold(self.words.name(schedule)) + f" · {self.state(state)}\n"
        if self.words.name(schedule) != schedule.id:
            text += f"{schedule.id}\n"
        text = plain(f"{note}\n\n") + text if note else text
        text += "\n" + "\n".join(f"· {line}" for line in self._rule(schedule)) + "\n\n"
        text += self._today(state)
        rows = [[self.undo_button(undo)]] if undo else []
        return text, [*rows, *self._buttons(state)]

    def _buttons(self, state: ScheduleState) -> Keyboard:
        name = state.schedule.id
        back = [self.to_list()]
        history = (self.tell("btn_history"), pack("s", "h", name, 0))
        if state.schedule.archived:
            return [[(self.tell("btn_restore"), pack("s", "r", name)), history], back]
        runs = state.schedule.enabled and not state.paused
        switch = ("admin.switch_off", "off") if runs else ("admin.switch_on", "on")
        return [
            [(self.say(switch[0]), pack("s", switch[1], name))],
            [self._group("when", name), self._setting("window", name)],
            [self._group("aud", name), self._group("lim", name)],
            [(self.tell("btn_text"), pack("s", "x", name)), self._setting("hold", name)],
            [
                (self.tell("btn_preview"), pack("s", "p", name)),
                (self.tell("btn_sample"), pack("s", "sm", name, self.language)),
            ],
            [(self.tell("btn_send_me"), pack("s", "me", name)), history],
            [self._setting("name", name), self._duplicate(name)],
            [
                (self.tell("btn_figures"), pack("a", "stats", name)),
                (self.tell("btn_archive"), pack("s", "a", name)),
            ],
            back,
        ]

    def _duplicate(self, name: str) -> tuple[str, str]:
        return self.tell("btn_duplicate"), pack("s", "d", name, self.version)

    def _group(self, group: str, name: str) -> tuple[str, str]:
        return self.tell(f"group_{group}"), pack("s", "g", name, group)

    def _setting(self, setting: str, name: str) -> tuple[str, str]:
        return self.tell(f"label_{setting}"), pack("s", "e", name, setting)

    def undo_button(self, version: int) -> tuple[str, str]:
        """The button that takes a version back, after it has said what that does."""
        return self.tell("btn_undo"), pack("s", "u", version)

    # -- settings --------------------------------------------------------------------------------

    def group(self, schedule: Schedule, group: str, audience: int | None = None) -> Shown:
        """Settings that belong together, each with what it is set to; for the audience its size."""
        settings = settings_of(schedule)
        here = [settings[name] for name in GROUPS[group] if name in settings]
        text = bold(self.words.name(schedule)) + f" · {self.tell(f'group_{group}')}\n"
        for setting in here:
            now = self.current(schedule, setting)
            text += "\n" + pair(self.words.label(setting), now, self.language)
        text += self._size(audience, "\n\n")
        buttons = [
            (self.words.label(each), pack("s", "e", schedule.id, each.name)) for each in here
        ]
        return text, [*in_rows(buttons, 2), [self.back(schedule)]]

    def current(self, schedule: Schedule, setting: Setting) -> str:
        """What a setting of a schedule is set to, in words."""
        return self.words.value(setting, value_at(schedule, setting.path))

    def _size(self, audience: int | None, before: str) -> str:
        """How many are in the audience, or that nobody is."""
        if audience is None:
            return ""
        return before + self.tell("audience_size" if audience else "audience_nobody", n=audience)

    def setting(
        self,
        schedule: Schedule,
        setting: Setting,
        tuned: Tuned | None = None,
        audience: int | None = None,
        unheard: Sequence[Unheard] = (),
    ) -> Shown:
        """One setting: what it is set to, usual values, a way to type one; after a change, both.

        `audience` is how many customers a setting of the audience leaves, `unheard` which of the
        events that a setting names have never come.
        """
        text = bold(self.words.label(setting)) + f" · {self.words.name(schedule)}\n\n"
        rows: list[Sequence[tuple[str, str]]] = []
        if tuned is not None and tuned.before is not None:
            before, after = self.current(tuned.before, setting), self.current(schedule, setting)
            text += plain(f"{before} → ") + bold(after) + f"\n{self.tell('in_force')}\n"
            rows.append([self.undo_button(tuned.version.version)])
        else:
            text += self.tell("now", value=self.current(schedule, setting)) + "\n"
        text += self._size(audience, "") + ("\n" if audience is not None else "")
        text += "".join(f"{line}\n" for line in self._cautions(schedule, setting, unheard))
        text += f"\n{self.words.about(setting)}\n{self.words.expected(setting)}"
        rows += self._choices(schedule, setting) + self._presets(schedule, setting)
        rows.append(
            [(self.tell("btn_type"), pack("s", "t", schedule.id, setting.name, self.version))]
        )
        return text, [*rows, [self._out_of(schedule, setting)]]

    def _cautions(
        self, schedule: Schedule, setting: Setting, unheard: Sequence[Unheard]
    ) -> list[str]:
        """What can be set and is hardly meant."""
        lines = []
        for each in unheard:
            known = listed(map(self.words.event_to_type, each.others), self.language)
            lines.append(self.tell("event_unheard", type=each.type, known=known))
        if setting.name == "hold" and leaves_nobody(schedule.holdout):
            lines.append(self.tell("hold_everybody"))
        return lines

    def _out_of(self, schedule: Schedule, setting: Setting) -> tuple[str, str]:
        for group, names in GROUPS.items():
            if setting.name in names:
                return self.tell("btn_back"), pack("s", "g", schedule.id, group)
        return self.back(schedule)

    def _presets(self, schedule: Schedule, setting: Setting) -> list[Sequence[tuple[str, str]]]:
        now = self.current(schedule, setting)
        buttons = []
        for preset in setting.presets:
            label = self.words.preset(setting, preset)
            mark = "• " if label == now else ""
            data = pack("s", "v", schedule.id, setting.name, preset, self.version)
            buttons.append((mark + label, data))
        return in_rows(buttons, 2)

    def _choices(self, schedule: Schedule, setting: Setting) -> list[Sequence[tuple[str, str]]]:
        chosen = value_at(schedule, setting.path) or []
        buttons = []
        for position, choice in enumerate(choices_of(setting, self.config)[:_CHOICES_SHOWN]):
            mark = "✓ " if choice in chosen else ""
            label = clipped(mark + self.words.choice(setting, choice), _LABEL_LIMIT)
            data = pack("s", "v", schedule.id, setting.name, f"#{position}", self.version)
            buttons.append((label, data))
        return in_rows(buttons, 2)

    def typing(self, schedule: Schedule, setting: Setting, wrong: str = "") -> Shown:
        """Asks to type a value; after a wrong one, says what is expected."""
        text = plain(f"{wrong}\n\n" if wrong else "")
        text += bold(self.words.label(setting)) + f" · {self.words.name(schedule)}\n\n"
        now = self.words.to_type(setting, value_at(schedule, setting.path))
        text += self.tell("type_it", value=now) + "\n"
        text += self.words.expected(setting)
        return text, [[(self.tell("btn_cancel"), pack("s", "e", schedule.id, setting.name))]]

    # -- words -----------------------------------------------------------------------------------

    def texts(self, schedule: Schedule, note: str = "", undo: int | None = None) -> Shown:
        """The words of the ask in every language, or in variants, and buttons to change them."""
        text = plain(f"{note}\n\n" if note else "")
        text += bold(self.tell("btn_text")) + f" · {self.words.name(schedule)}\n"
        rows: list[Sequence[tuple[str, str]]] = [[self.undo_button(undo)]] if undo else []
        places = self._places(schedule)
        room = _TEXTS_SHOWN // max(1, sum(len(texts) for _, _, texts in places))
        for place, title, texts in places:
            text += "\n" + bold(title) + "\n" if title else "\n"
            for language, said in texts.items():
                text += f"{named(language, self.language)}\n" + quote(clipped(said, room)) + "\n"
            rows += in_rows([self._change_text(schedule, place, title, each) for each in texts], 2)
            if title and not schedule.steps:
                label = self.tell("btn_drop_variant", variant=title)
                rows.append([(label, pack("s", "xd", schedule.id, place, self.version))])
        if not places:
            opening = self.opening(schedule)
            room = _TEXTS_SHOWN // max(1, len(opening))
            text += "\n" + self.tell("flow_words") + "\n"
            for language, said in opening.items():
                text += f"\n{named(language, self.language)}\n" + quote(clipped(said, room)) + "\n"
        text += "\n" + self.say("informing.steps_in_file") if schedule.steps else ""
        return text, [*rows, *self._text_ends(schedule, own=bool(places))]

    def opening(self, schedule: Schedule) -> Mapping[str, str]:
        """The flow's own opening words by language, with the words that are filled in."""
        if schedule.flow is None:
            return {}
        flow = self._services.flows.latest(schedule.flow).definition
        said = flow.formal if self.config.brand.address is Address.FORMAL else flow.texts
        opening = said[flow.steps[flow.start.step].text]
        languages = self.config.brand.languages
        return {language: opening[language] for language in languages if language in opening}

    def _places(self, schedule: Schedule) -> list[tuple[str, str, Mapping[str, str]]]:
        if schedule.variants:
            found = enumerate(schedule.variants)
            return [(str(at), f"{each.id}", each.text) for at, each in found]
        if schedule.steps:
            return [
                (str(at), self.words.period(str(each.after)), each.text)
                for at, each in enumerate(schedule.steps)
            ]
        return [("", "", schedule.text)] if schedule.text else []

    def _change_text(
        self, schedule: Schedule, place: str, title: str, language: str
    ) -> tuple[str, str]:
        label = self.tell("btn_change_text", tongue=named_within(language, self.language))
        data = pack("s", "xt", schedule.id, place, language, self.version)
        return pair(title, label, self.language) if title else label, data

    def _text_ends(self, schedule: Schedule, *, own: bool) -> Keyboard:
        if not own:
            data = pack("s", "xt", schedule.id, "", "", self.version)
            return [[(self.tell("btn_write_text"), data)], [self.back(schedule)]]
        another = pack("s", "xt", schedule.id, NEW, "", self.version)
        flow_words = pack("s", "xf", schedule.id, self.version)
        return [
            *([[(self.tell("btn_another_text"), another)]] if is_place(schedule, NEW) else []),
            *([] if schedule.informs else [[(self.tell("btn_flow_words"), flow_words)]]),
            [self.back(schedule)],
        ]

    def typing_text(self, awaited: Awaited, problems: Sequence[str] = ()) -> Shown:
        """Asks for the words in one language; after some that do not fit, says why."""
        schedule = self.config.schedule(awaited.subject)
        known = said_at(schedule, awaited.name) if schedule and awaited.name != NEW else None
        text = plain("".join(f"{problem}\n" for problem in problems) + "\n" if problems else "")
        tongue = named(awaited.language, self.language)
        text += bold(self.tell("type_text", tongue=tongue)) + "\n\n"
        said_now = known or (self.opening(schedule) if schedule else {})
        if awaited.language in said_now:
            now = quote(clipped(said_now[awaited.language], _TEXTS_SHOWN))
            text += self.tell("type_text_now") + "\n" + now + "\n\n"
        names = listed([f"{{{name}}}" for name in PLACEHOLDERS], self.language)
        text += self.tell("type_text_how", placeholders=names)
        text += "\n" + self.tell("type_text_recent", recent="{recent_change}")
        if schedule is not None and schedule.informs:
            text += "\n" + self.say("informing.type_text_event", example="{event.carrier}")
        if not known and not awaited.collected and len(self.config.brand.languages) > 1:
            text += "\n" + self.tell("type_text_all")
        return text, [[(self.tell("btn_cancel"), pack("s", "x", awaited.subject))]]


def in_rows(buttons: Sequence[tuple[str, str]], width: int) -> list[Sequence[tuple[str, str]]]:
    """Buttons in rows of so many."""
    return [buttons[at : at + width] for at in range(0, len(buttons), width)]
