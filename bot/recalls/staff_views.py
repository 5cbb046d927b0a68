"""What staff and admins see of recalls."""

from collections.abc import Mapping, Sequence

from bot.core.callbacks import pack
from bot.core.names import display_safe, moment
from bot.core.ports import RecallCounts
from bot.core.rich import Rich, bold, plain
from bot.core.services import Services
from bot.core.titles import product_title
from bot.core.words import listed, named_within
from bot.core.work import Keyboard
from bot.recalls.views import AREA
from flows.entities import Recall
from flows.recalls.recalls import BEGUN
from flows.recalls.whom import LIST, SEGMENT
from flows.recalls.wording import title_of

LANGUAGES_NAMED = 6
STRANGERS_NAMED = 10
Rows = list[list[tuple[str, str]]]
"""A keyboard that is being made."""


class StaffViews:
    """Views in one language."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self.language = services, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence about recalls."""
        return self._services.words.say(self.language, f"recalls.{key}", **values)

    def name(self, recall: Recall) -> str:
        """A recall by its number, and its title where there is one."""
        title = title_of(recall, self.language)
        return f"RC{recall.number}" + (f" · {display_safe(title, 80)}" if title else "")

    def whom(self, recall: Recall) -> str:
        """Whom a recall concerns."""
        whom, config = recall.whom, self._services.config
        if whom["kind"] == LIST:
            return self.say("whom_list", n=whom["count"])
        if whom["kind"] == SEGMENT:
            return self.say("whom_segment", segment=self._segment(whom["segment"]))
        title = display_safe(product_title(config, self.language, whom["product"]), 60)
        if whom["from"] <= "2000-01-01":
            return self.say("whom_until", product=title, last=whom["to"])
        return self.say("whom_days", product=title, first=whom["from"], last=whom["to"])

    def _segment(self, name: str) -> str:
        found = self._services.config.segment_called(name)
        titles = (found.title if found is not None else None) or {}
        return display_safe(titles.get(self.language) or name, 60)

    def languages(self, readers: Mapping[str, int]) -> str:
        """How many read which language."""
        parts = [
            self.say("reads", n=count, tongue=named_within(name, self.language))
            for name, count in list(readers.items())[:LANGUAGES_NAMED]
        ]
        return listed(parts, self.language)

    def unwritten(self, readers: Mapping[str, int]) -> str:
        """In which languages a text is missing, and how many people read them."""
        return "\n".join(
            self.say("unwritten", n=count, tongue=named_within(name, self.language))
            for name, count in readers.items()
        )

    def strangers(self, refs: Sequence[str]) -> str:
        """Who of a list is not known."""
        shown = [display_safe(ref) for ref in refs[:STRANGERS_NAMED]]
        more = "…" if len(refs) > STRANGERS_NAMED else ""
        return self.say("strangers", n=len(refs), refs=listed(shown, self.language) + more)

    # -- figures -------------------------------------------------------------------------------

    def figures(self, recall: Recall, counts: RecallCounts) -> str:
        """All figures of a recall, one a line, all of them counts of people."""
        lines = [
            self.say("f_people", n=counts.people),
            self.say("f_reached", n=counts.reached, of=counts.people),
        ]
        if counts.reached:
            without = counts.reached - counts.with_complaint
            lines.append(self.say("f_complaint", n=counts.with_complaint, without=without))
        if recall.round > 1:
            lines.append(self.say("f_corrected", n=counts.corrected, of=counts.reached))
        if counts.waiting and recall.state in BEGUN:
            lines.append(self.say("f_waiting", n=counts.waiting))
        if counts.waiting and recall.state == "ended":
            lines.append(self.say("f_untold", n=counts.waiting))
        for step in ("chosen", "gone", "ready", "returning", "done"):
            if number := counts.steps.get(step, 0):
                lines.append(self.say(f"f_{step}", n=number))
        if counts.done:
            lines.append(self.say("f_right", n=counts.right, wrong=counts.wrong))
        if counts.not_reached:
            why = [
                self.say(f"why_{name}", n=counts.states[name])
                for name in ("unlinked", "blocked", "failed", "doubt")
                if counts.states.get(name)
            ]
            lines.append(
                self.say("f_not_reached", n=counts.not_reached, why=listed(why, self.language))
            )
        return "\n".join(lines)

    def report(self, recall: Recall, counts: RecallCounts, key: str) -> Rich:
        """How a recall stands, below a sentence that says what has happened."""
        return bold(self.name(recall)) + f"\n{self.say(key)}\n\n{self.figures(recall, counts)}"

    # -- lists ---------------------------------------------------------------------------------

    def listing(self, recalls: Sequence[Recall], *, may_make: bool) -> tuple[Rich, Keyboard]:
        """All recalls, the newest first."""
        text = bold(self.say("title"))
        if not recalls:
            text += f"\n{self.say('none')}"
        for recall in recalls:
            text += f"\n{self.name(recall)}: {self.say(f'state_{recall.state}')}"
        rows = [[(self.name(each)[:60], pack(AREA, "open", each.number))] for each in recalls]
        new = [[(self.say("b_new"), pack(AREA, "new", 0))]] if may_make else []
        return text, [*rows, *new]

    def when(self, recall: Recall) -> str:
        """Since when a recall is told, and when it ended."""
        zone = self._services.config.brand.time_zone
        parts = []
        if recall.started_at is not None:
            parts.append(self.say("since", when=moment(recall.started_at, zone, self.language)))
        if recall.ended_at is not None:
            parts.append(self.say("until", when=moment(recall.ended_at, zone, self.language)))
        return "\n".join(parts)

    def opened(
        self, recall: Recall, counts: RecallCounts, readers: Mapping[str, int], note: str = ""
    ) -> tuple[Rich, Keyboard]:
        """One recall as an admin sees it, with what can be done about it."""
        text = plain(f"{note}\n\n") if note else Rich()
        text += bold(self.name(recall)) + f"\n{self.say(f'state_{recall.state}')}"
        text += f"\n{self.whom(recall)}"
        if recall.state in BEGUN:
            text += "\n" + self.say(f"joins_{recall.whom['kind']}")
        if recall.state == "draft":
            return text + self._draft(recall, counts, readers), self._draft_buttons(recall, readers)
        about = "\n".join(each for each in (self.when(recall), "") if each)
        text += f"\n{about}\n\n{self.figures(recall, counts)}"
        if recall.pending:
            tongues = [named_within(each, self.language) for each in recall.pending]
            text += "\n\n" + self.say("pending", tongues=listed(tongues, self.language))
        return text, self._buttons(recall, counts, readers)

    def _draft(self, recall: Recall, counts: RecallCounts, readers: Mapping[str, int]) -> str:
        reachable = sum(readers.values())
        lines = [
            "",
            self.say("d_people", n=counts.people),
            self.say("d_reachable", n=reachable, rest=counts.people - reachable),
        ]
        if readers:
            lines.append(self.languages(readers))
        missing = {name: n for name, n in readers.items() if name not in recall.texts}
        lines += ["", self.unwritten(missing) if missing else self.say("all_written")]
        return "\n".join(lines)

    def _tongues(self, recall: Recall, readers: Mapping[str, int], action: str) -> Rows:
        written = recall.texts if recall.state == "draft" else recall.pending
        names = list(dict.fromkeys([*readers, *recall.texts]))
        return [
            [
                (
                    ("✓ " if name in written else "✍ ")
                    + self.say("b_text", tongue=named_within(name, self.language)),
                    pack(AREA, action, recall.number, name),
                )
            ]
            for name in names[:LANGUAGES_NAMED]
        ]

    def _draft_buttons(self, recall: Recall, readers: Mapping[str, int]) -> Keyboard:
        number = recall.number
        rows = self._tongues(recall, readers, "write")
        if recall.texts:
            rows.append([(self.say("b_preview"), pack(AREA, "preview", number))])
        if len(self._services.config.teams) > 1:
            rows.append([(self.say("b_team", team=recall.team_id), pack(AREA, "team", number))])
        rows.append([self._to_places(recall)])
        rows.append([(self.say("b_start"), pack(AREA, "start", number))])
        rows.append([(self.say("b_throw"), pack(AREA, "throw", number))])
        return [*rows, self._to_all()]

    def _buttons(
        self, recall: Recall, counts: RecallCounts, readers: Mapping[str, int]
    ) -> Keyboard:
        number = recall.number
        rows: Rows = [
            [
                (self.say("b_refresh"), pack(AREA, "open", number)),
                (self.say("b_picture"), pack(AREA, "picture", number)),
            ],
            [(self.say("b_today"), pack(AREA, "agenda", number))],
        ]
        if counts.not_reached:
            rows.append([(self.say("b_unreached"), pack(AREA, "unreached", number))])
        if recall.state in BEGUN:
            move = "pause" if recall.state == "running" else "resume"
            rows.append([(self.say(f"b_{move}"), pack(AREA, move, number))])
            rows.append([self._to_places(recall)])
            if recall.pending:
                rows.append([(self.say("b_correct"), pack(AREA, "correct", number))])
                rows += self._tongues(recall, readers, "write")
            else:
                rows.append([(self.say("b_correction"), pack(AREA, "correction", number))])
            if recall.whom["kind"] != LIST:
                rows.append([(self.say("b_renew"), pack(AREA, "renew", number))])
            rows.append([(self.say("b_end"), pack(AREA, "end", number))])
        return [*rows, self._to_all()]

    def _to_all(self) -> list[tuple[str, str]]:
        return [(self.say("b_all"), pack(AREA, "all", 0))]

    def back_to(self, recall: Recall) -> list[tuple[str, str]]:
        """The row that leads back to a recall."""
        return [(self.say("b_back"), pack(AREA, "open", recall.number))]

    def _to_places(self, recall: Recall) -> tuple[str, str]:
        chosen = bool(recall.places or recall.own_slots)
        label = ("✓ " if chosen else "") + self.say("b_places")
        return label, pack(AREA, "places", recall.number)

    def correction(self, recall: Recall, readers: Mapping[str, int]) -> tuple[Rich, Keyboard]:
        """In which languages a correction has to be written."""
        text = bold(self.name(recall)) + f"\n{self.say('correction')}"
        return text, [*self._tongues(recall, readers, "write"), self.back_to(recall)]

    def sure(self, recall: Recall, what: str, n: int) -> tuple[Rich, Keyboard]:
        """Ask once more before something that cannot be taken back."""
        yes = (self.say(f"b_yes_{what}"), pack(AREA, f"{what}!", recall.number))
        text = bold(self.name(recall)) + f"\n{self.say(f'sure_{what}', n=n)}"
        return text, [[yes], self.back_to(recall)]

    # -- places and times ----------------------------------------------------------------------

    def places(self, recall: Recall, note: str = "") -> tuple[Rich, Keyboard]:
        """Where people can choose a time: places of the configuration, or a list of its own."""
        text = bold(self.name(recall)) + f"\n{note or self.say('places')}"
        if recall.own_slots:
            text += f"\n{self.say('own_slots')}"
        default = self._services.config.brand.default_language
        rows = [
            [
                (
                    ("✓ " if each.id in recall.places else "")
                    + each.in_language(self.language, default)[:50],
                    pack(AREA, "place", recall.number, each.id),
                )
            ]
            for each in self._services.config.places[:MOST_OFFERED]
        ]
        own = [(self.say("b_slots"), pack(AREA, "slots", recall.number))]
        return text, [*rows, own, self.back_to(recall)]

    # -- making one ----------------------------------------------------------------------------

    def which(self) -> tuple[Rich, Keyboard]:
        """Whom does it concern?"""
        config = self._services.config
        rows = []
        if config.products:
            rows.append([(self.say("b_product"), pack(AREA, "products", 0))])
        if config.segments:
            rows.append([(self.say("b_segment"), pack(AREA, "segments", 0))])
        rows.append([(self.say("b_list"), pack(AREA, "list", 0))])
        return bold(self.say("which")) + f"\n{self.say('which_file')}", rows

    def products(self) -> tuple[Rich, Keyboard]:
        """Which product?"""
        config = self._services.config
        rows = [
            [(product_title(config, self.language, each.id)[:60], pack(AREA, "product", each.id))]
            for each in config.products[:MOST_OFFERED]
        ]
        return plain(self.say("which_product")), rows

    def days(self, product: str) -> tuple[Rich, Keyboard]:
        """When was it bought?"""
        title = product_title(self._services.config, self.language, product)
        ever = [(self.say("b_ever"), pack(AREA, "ever", product))]
        return plain(self.say("which_days", product=display_safe(title, 60))), [ever]

    def segments(self) -> tuple[Rich, Keyboard]:
        """Which segment?"""
        rows = [
            [(self._segment(each.id), pack(AREA, "segment", each.id))]
            for each in self._services.config.segments[:MOST_OFFERED]
        ]
        return plain(self.say("which_segment")), rows


MOST_OFFERED = 40
"""Products or segments that are offered as buttons."""
