"""What admins see before and after: a preview, a sample, the history, templates to begin with."""

from collections.abc import Mapping, Sequence

from babel.dates import format_date

from bot.asks.preview import Preview
from bot.asks.sample import Sample
from bot.configuration.changes import Undoing
from bot.console.schedules import HISTORY_PAGE
from bot.console.views.schedules import ScheduleView, Shown, in_rows
from bot.core.callbacks import pack
from bot.core.rich import Rich, bold, clipped, plain, quote
from bot.core.words import listed, named
from bot.core.work import Keyboard
from flows.asks.explanations import format_moment
from flows.asks.templates import PRODUCT, Template
from flows.asks.tuning import settings_of
from flows.config import Schedule
from flows.entities import Configuration
from flows.languages import tongue

TEST = "test"
"""The action of buttons under a test message: they say that it is one."""
EVERY = "-"
"""Stands for every product, or for a template's own delay."""
_BAR = 10
_LINES_SHOWN = 6
_PRODUCTS_SHOWN = 20


class OutlookView(ScheduleView):
    """What will be, what would be, and what was."""

    # -- preview ---------------------------------------------------------------------------------

    def preview(self, schedule: Schedule, found: Preview, audience: int) -> Shown:
        """Who would be asked on each of the next days, the reasons for the rest, the audience."""
        text = bold(self.tell("preview_title", n=len(found.days))) + " · "
        text += self.words.name(schedule) + "\n\n" + self.days(found)
        text += self._size(audience, "") + "\n"
        if not schedule.enabled:
            text += self.tell("preview_if_on") + "\n"
        again = (self.tell("btn_again"), pack("s", "p", schedule.id))
        return text, [[again], [self.back(schedule)]]

    def days(self, found: Preview) -> str:
        """A bar for each day, the sum, and the reasons for those who would not be asked."""
        most = max((count for _, count in found.days), default=0)
        if not most and not found.reasons:
            return self.tell("preview_nobody") + "\n"
        locale = tongue(self.language).locale
        lines = []
        for day, count in found.days:
            bar = "▇" * (-(-count * _BAR // most) if most else 0)
            parts = (format_date(day, "EEE d", locale=locale), bar, str(count or "–"))
            lines.append(" ".join(filter(None, parts)))
        lines.append(self.tell("preview_total", n=found.total))
        if found.reasons:
            counted = [f"{self._outcome(name)} {n}" for name, n in found.reasons.items()]
            reasons = listed(counted, self.language)
            lines.append(self.tell("preview_not", reasons=reasons))
        if found.estimated:
            lines.append(self.tell("preview_estimate"))
        return "\n".join(lines) + "\n"

    # -- samples ---------------------------------------------------------------------------------

    def sample(self, schedule: Schedule, found: Sequence[Sample], language: str) -> Shown:
        """What a real customer would read, with its buttons as lines; a chain one by one."""
        first, room = found[0], 2500 // len(found)
        text = bold(self.tell("btn_sample")) + f" · {self.words.name(schedule)}\n"
        key = "sample_for" if first.ref else "sample_nobody"
        text += self.tell(key, ref=clipped(first.ref, 60)) + "\n"
        if first.variant:
            text += self.tell("sample_variant", variant=first.variant) + "\n"
        for each in found:
            text += "\n"
            if each.after is not None:
                text += bold(self.words.period(str(each.after))) + "\n"
            text += quote(clipped(each.text.text, room)) + "\n"
        text += "\n" + "\n".join(f"[ {' ] [ '.join(row)} ]" for row in first.buttons)
        tongues = [
            (
                ("• " if each == language else "") + named(each, self.language),
                pack("s", "sm", schedule.id, each),
            )
            for each in self.config.brand.languages
        ]
        return text, [tongues, [self.back(schedule)]]

    def test_messages(self, found: Sequence[Sample]) -> list[Shown]:
        """The ask as messages to the admin, marked as a test, with buttons that only say so."""
        messages: list[Shown] = []
        for each in found:
            mark = self._mark(each)
            rows = [[(label, pack("s", TEST)) for label in row] for row in each.buttons]
            messages.append((bold(mark) + "\n\n" + each.text, rows))
        return messages

    def _mark(self, sample: Sample) -> str:
        if sample.after is not None:
            return self.tell("test_mark_step", after=self.words.period(str(sample.after)))
        key = "test_mark_variant" if sample.variant else "test_mark"
        return self.tell(key, variant=sample.variant)

    # -- history ---------------------------------------------------------------------------------

    def history(
        self,
        schedule_id: str,
        versions: Sequence[Configuration],
        names: Mapping[int, str],
    ) -> Shown:
        """Who changed what and when, the newest first, each with a button to take it back."""
        title = self._called(schedule_id) if schedule_id else self.tell("history_all")
        text = bold(self.tell("btn_history")) + f" · {title}\n"
        if not versions:
            text += "\n" + self.tell("history_none") + "\n"
        for version in versions[:HISTORY_PAGE]:
            text += "\n" + bold(f"{version.version} · {self._at(version)}")
            text += f"\n{self.who(version.actor, names)}\n"
            text += self._lines(self._of(version, schedule_id), schedule_id)
        here = versions[:HISTORY_PAGE]
        undos = [
            (self.tell("btn_undo_version", version=each.version), pack("s", "u", each.version))
            for each in here
        ]
        rows = in_rows(undos, 2)
        if len(versions) > HISTORY_PAGE:
            older = here[-1].version
            data = pack("s", "h", schedule_id, older) if schedule_id else pack("s", "ha", older)
            rows.append([(self.tell("btn_older"), data)])
        rows.append([self.back(schedule_id) if schedule_id else self.to_list()])
        return text, rows

    def undoing(self, found: Undoing, names: Mapping[int, str]) -> Shown:
        """What taking a version back would do, before it is done."""
        version = found.version
        text = bold(self.tell("undo_title", version=version.version)) + "\n"
        text += f"{self._at(version)} · {self.who(version.actor, names)}\n"
        text += self._lines(version.changes) + "\n"
        back = [(self.tell("btn_leave"), self._way_back(version))]
        if found.conflicts:
            text += self.tell("undo_conflict") + "\n"
            return text + "".join(f"· {self.words.key(each)}\n" for each in found.conflicts), [back]
        if not found.changes:
            return text + self.tell("undo_nothing"), [back]
        text += self.tell("undo_would") + "\n" + self._lines(found.changes)
        yes = (self.tell("btn_undo"), pack("s", "uy", version.version, self.version))
        return text, [[yes], back]

    def undone(self, made: Configuration) -> Shown:
        """What was taken back."""
        text = bold(self.tell("undone")) + "\n" + self._lines(made.changes)
        text += "\n" + self.tell("in_force")
        return text, [
            [(self.tell("btn_undo"), pack("s", "u", made.version))],
            [(self.tell("btn_back"), self._way_back(made))],
        ]

    def _way_back(self, version: Configuration) -> str:
        for schedule in self.config.schedules:
            if any(line.startswith(f"schedules[{schedule.id}]") for line in version.changes):
                return pack("s", "o", schedule.id)
        return pack("s", "l", 0)

    def _of(self, version: Configuration, schedule_id: str) -> list[str]:
        start = f"schedules[{schedule_id}]" if schedule_id else ""
        return [line for line in version.changes if line.startswith(start)]

    def _lines(self, lines: Sequence[str], schedule_id: str = "") -> str:
        """Changes in words; each names its schedule, unless all are of the one that is meant."""
        one = bool(schedule_id)
        shown = "".join(f"· {self.words.change(line, one=one)}\n" for line in lines[:_LINES_SHOWN])
        more = len(lines) - _LINES_SHOWN
        return shown + (self.tell("more_lines", n=more) + "\n" if more > 0 else "")

    def _at(self, version: Configuration) -> str:
        return format_moment(version.at, self.language, self.zone, self.now)

    def who(self, actor: str, names: Mapping[int, str]) -> str:
        """Who changed the configuration, in words."""
        kind, _, name = actor.partition(":")
        if kind == "admin":
            known = names.get(int(name)) if name.isdecimal() else None
            return known or self.tell("who_admin", number=name)
        if kind in ("cli", "group", "file"):
            return self.tell(f"who_{kind}", name=name)
        return self.tell("who_before")

    def _called(self, schedule_id: str) -> str:
        schedule = self.config.schedule(schedule_id)
        return self.words.name(schedule) if schedule else schedule_id

    # -- new schedules ---------------------------------------------------------------------------

    def templates(self, offered: Mapping[str, Template]) -> Shown:
        """The templates, each in a sentence, with a button to begin."""
        text = bold(self.tell("new_title")) + f"\n{self.tell('new_how')}\n"
        for template in offered.values():
            text += "\n" + bold(self._in(template.title)) + f"\n{self._in(template.about)}\n"
        buttons = [(self._in(each.title), pack("s", "np", each.id)) for each in offered.values()]
        return text, [*in_rows(buttons, 2), [(self.say("admin.back"), pack("s", "l", 0))]]

    def asks_product(self, template: Template) -> bool:
        """Whether there is a product to be chosen."""
        return PRODUCT in template.asks and bool(self.config.products)

    def which_product(self, template: Template) -> Shown:
        """Asks which product a new schedule is about."""
        text = bold(self._in(template.title)) + f"\n\n{self.tell('which_product')}"
        default = self.config.brand.default_language
        buttons = [
            (product.in_language(self.language, default), self._delay_data(template, str(position)))
            for position, product in enumerate(self.config.products[:_PRODUCTS_SHOWN])
        ]
        every = (self.tell("every_product"), self._delay_data(template, EVERY))
        return text, [[every], *in_rows(buttons, 2), [(self.tell("btn_cancel"), pack("s", "n"))]]

    def _delay_data(self, template: Template, product: str) -> str:
        return pack("s", "nd", template.id, product, self.version)

    def which_delay(self, template: Template, draft: Schedule, product: str) -> Shown:
        """Asks how long a new schedule waits."""
        setting = settings_of(draft)["moment"]
        text = bold(self._in(template.title)) + f"\n\n{self.words.about(setting)}\n"
        text += self.tell("now_proposed", value=self.current(draft, setting))
        buttons = [
            (self.words.preset(setting, each), self._confirm_data(template, product, each))
            for each in template.delays
        ]
        typed = (self.tell("btn_type"), pack("s", "nt", template.id, product, self.version))
        return text, [*in_rows(buttons, 2), [typed], [(self.tell("btn_cancel"), pack("s", "n"))]]

    def _confirm_data(self, template: Template, product: str, delay: str) -> str:
        return pack("s", "nc", template.id, product, delay, self.version)

    def typing_delay(self, template: Template, draft: Schedule, wrong: str = "") -> Shown:
        """Asks to type how long a new schedule waits."""
        setting = settings_of(draft)["moment"]
        text = plain(f"{wrong}\n\n" if wrong else "") + bold(self._in(template.title)) + "\n\n"
        text += self.tell("type_it", value=self.current(draft, setting)) + "\n"
        text += self.tell(f"expected_{setting.kind}")
        return text, [[(self.tell("btn_cancel"), pack("s", "n"))]]

    def proposal(
        self, template: Template, draft: Schedule, found: Preview, product: str, delay: str
    ) -> Shown:
        """The schedule that would be made: its rule, its words, whom it would ask."""
        text: Rich = bold(self._in(template.title)) + f" · {draft.id}\n\n"
        text += "\n".join(f"· {line}" for line in self._rule(draft)) + "\n"
        said = [draft.text] if draft.text else [each.text for each in draft.steps]
        for each in said:
            words = each.get(self.language) or next(iter(each.values()), "")
            text += "\n" + quote(clipped(words, 700)) + "\n"
        text += "\n" + bold(self.tell("preview_title", n=len(found.days))) + "\n" + self.days(found)
        text += "\n" + self.tell("created_off")
        create = pack("s", "ny", template.id, product, delay, self.version)
        rows: Keyboard = [
            [(self.tell("btn_create"), create)],
            [(self.tell("btn_cancel"), pack("s", "n"))],
        ]
        return text, rows

    def _in(self, words: Mapping[str, str]) -> str:
        return words.get(self.language) or words["en"]
