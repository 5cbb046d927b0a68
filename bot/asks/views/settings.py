"""Values of a schedule's settings in words, in the language of whoever reads them."""

import re
from collections.abc import Mapping
from typing import Any

from bot.core.rich import clipped
from bot.core.titles import event_title, event_types
from bot.core.words import Words, listed, named, named_within, pair
from flows.asks.explanations import format_period
from flows.asks.tuning import Setting, choices_of, read_value, settings_of
from flows.asks.typed_values import CLEARABLE, COMMAS, NONE, NOTHING
from flows.config import Config, Schedule, Titled
from flows.languages import tongue
from flows.time.durations import Period

_LINE = re.compile(r"schedules\[([a-z0-9_-]+)\](?:\.(.+?))?: (.*)", re.DOTALL)
_PERIODS = frozenset({"after", "period", "offset", "optional_period", "period_or_none"})
_CAME = re.compile(r"added(?: (.*))?|removed(?: \(was (.*)\))?", re.DOTALL)
_VARIANT = re.compile(r"variants\[(.+?)\](?:\.text)?(?:\.(\w+))?")
_PART = re.compile(r"(asks|per|from|to|within) (\S+?)(?:, |$)")
_LISTS = frozenset({"list", "events", "zones"})
_EVENTS = frozenset({"event", "events"})
_ENDS = ("from", "to")
_SHOWN = 90
_CHOICES_TOLD = 20


def called(config: Config, schedule_id: str, language: str) -> str:
    """What admins call a schedule: its title, else its id, also of one that is gone."""
    schedule = config.schedule(schedule_id)
    title = (schedule.title or {}) if schedule else {}
    return title.get(language) or title.get(config.brand.default_language) or schedule_id


class SettingWords:
    """Says what a setting is set to."""

    def __init__(self, words: Words, language: str, config: Config) -> None:
        self._words, self.language, self._config = words, language, config

    def say(self, key: str, **values: object) -> str:
        """A sentence about tuning."""
        return self._words.say(self.language, f"tuning.{key}", **values)

    def name(self, schedule: Schedule) -> str:
        """What admins call a schedule: its title, else its id."""
        return called(self._config, schedule.id, self.language)

    def label(self, setting: Setting) -> str:
        """What a setting is called."""
        return self.say(f"label_{_word(setting)}", n=_number(setting))

    def about(self, setting: Setting) -> str:
        """What a setting decides, in a sentence."""
        return self.say(f"about_{_word(setting)}")

    def expected(self, setting: Setting) -> str:
        """What may be typed for a setting, with examples of its own where it has choices."""
        if not setting.choices or setting.kind == "events":
            return self.say(f"expected_{setting.kind}")
        return self.say("expected_choices", choices=self.choices(setting))

    def choices(self, setting: Setting) -> str:
        """The choices of a setting by the names under which admins know them."""
        known = choices_of(setting, self._config)[:_CHOICES_TOLD]
        return listed([self.choice(setting, each) for each in known], self.language)

    def to_type(self, setting: Setting, value: Any) -> str:
        """What a setting is set to, with the id beside each title that may be typed by it."""
        if setting.kind not in _EVENTS or not value:
            return self.value(setting, value)
        types = [value] if isinstance(value, str) else value
        return listed([self.event_to_type(each) for each in types], self.language)

    def event_to_type(self, kind: str) -> str:
        """A type of events by its title, with its id."""
        title, marks = self._event(kind), tongue(self.language).marks
        return kind if title == kind else f"{title}{marks.open}{kind}{marks.close}"

    def _event(self, kind: str) -> str:
        return event_title(self._words, self._config, self.language, kind)

    def value(self, setting: Setting, value: Any) -> str:
        """What a setting is set to; `value` is the plain one."""
        if value is None or value == []:
            return self.say(f"empty_{setting.name}")
        if setting.kind == "period_or_none" and not Period.parse(str(value)):
            return self.say(f"empty_{setting.name}")
        if setting.kind in _PERIODS:
            return self.period(str(value))
        return str(self._structured(setting, value))

    def _structured(self, setting: Setting, value: Any) -> str:
        if setting.kind == "window":
            return f"{value['from']}–{value['to']}"
        if setting.kind == "cap":
            return self.say("cap", n=value["asks"], per=self.period(str(value["per"])))
        if setting.kind in ("range", "range_within"):
            return self._range(value)
        if setting.kind == "event":
            return self._event(str(value))
        if setting.kind == "name":
            return str(value.get(self.language) or next(iter(value.values())))
        if isinstance(value, list):
            return listed([self.choice(setting, each) for each in value], self.language)
        return str(value)

    def _range(self, value: Mapping[str, Any]) -> str:
        least, most = value.get("from"), value.get("to")
        if least is not None and most is not None:
            text = str(least) if least == most else self.say("between", least=least, most=most)
        elif least is not None:
            text = self.say("at_least", least=least)
        else:
            text = self.say("at_most", most=most)
        if "within" not in value:
            return text
        return self.say("within", range=text, period=self.period(str(value["within"])))

    def choice(self, setting: Setting, entry_id: str) -> str:
        """What one of a setting's choices is called."""
        if setting.kind in _EVENTS:
            return self._event(entry_id)
        if setting.choices == "languages":
            return named(entry_id, self.language)
        if setting.choices not in ("products", "stages"):
            return entry_id
        entries: tuple[Titled, ...] = getattr(self._config, setting.choices)
        default = self._config.brand.default_language
        titles = (
            each.in_language(self.language, default) for each in entries if each.id == entry_id
        )
        return next(titles, entry_id)

    def typed(self, setting: Setting, text: str) -> str:
        """What was typed, with ids for names that are shown.

        What is shown for nothing becomes the word that all readers know.
        """
        if setting.kind in CLEARABLE and _same(text, self.value(setting, None)):
            return NONE
        if setting.kind == "event":
            return self._ids(setting).get(text.strip().casefold(), text)
        if setting.kind in _LISTS:
            ids, words = self._ids(setting), (each.strip() for each in COMMAS.split(text))
            return ", ".join(ids.get(each.casefold(), each) for each in words)
        return text

    def _ids(self, setting: Setting) -> dict[str, str]:
        """Ids of what may be typed for a setting, by the names that are shown of it."""
        known = list(choices_of(setting, self._config))
        if setting.kind in _EVENTS:
            known += event_types(self._words, self._config)
        return {self.choice(setting, each).casefold(): each for each in known}

    def preset(self, setting: Setting, text: str) -> str:
        """What a usual value is called."""
        value = read_value(setting, text, self._config)
        return self.value(setting, None if value is NOTHING else value)

    def period(self, text: str) -> str:
        """A period in words; a share as it is."""
        if text.endswith("%"):
            return text
        period = Period.parse(text)
        return format_period(period, self.language) if period else self.say("at_once")

    # -- lines of changes ------------------------------------------------------------------------

    def change(self, line: str, *, one: bool = False) -> str:
        """One line of a version's changes, in words as far as there are any.

        The schedule is named, unless it is the `one` that everything is about.
        """
        found = _LINE.fullmatch(line)
        if found is None:
            return clipped(line, _SHOWN)
        schedule_id, key, what = found.groups()
        name = called(self._config, schedule_id, self.language)
        setting = self._setting(schedule_id, key or "")
        before, arrow, after = what.partition(" → ")
        if arrow:
            shown = f"{self._plain(before, setting)} → {self._plain(after, setting)}"
        else:
            shown = self._came(what, setting)
        if not key:
            return pair(name, shown, self.language)
        said = pair(self._named(schedule_id, key), shown, self.language)
        return said if one else f"{name} · {said}"

    def _setting(self, schedule_id: str, key: str) -> Setting | None:
        """The setting whose whole value is at a key."""
        schedule = self._config.schedule(schedule_id)
        found = settings_of(schedule).values() if schedule else ()
        return next((each for each in found if ".".join(each.path) == key), None)

    def _came(self, what: str, setting: Setting | None) -> str:
        """What was added or removed, in words."""
        found = _CAME.fullmatch(what)
        if found is None:
            return self._plain(what, setting)
        added, removed = found.groups()
        if added is not None:
            return self.say("line_added", value=self._plain(added, setting))
        if removed is not None:
            return self.say("line_removed", value=self._plain(removed, setting))
        return self.say("line_new" if what == "added" else "line_gone")

    def key(self, path: str) -> str:
        """The place of a change in words, as far as there are any."""
        found = _LINE.fullmatch(f"{path}: ")
        return self._named(found[1], found[2]) if found and found[2] else path

    def _named(self, schedule_id: str, key: str) -> str:
        schedule = self._config.schedule(schedule_id)
        for setting in settings_of(schedule).values() if schedule else ():
            path = ".".join(setting.path)
            if key == path or key.startswith(f"{path}."):
                return self.label(setting) + self._part(key[len(path) + 1 :])
        if (variant := _VARIANT.fullmatch(key)) is not None:
            return f"{self.say('key_text')} ({' '.join(filter(None, variant.groups()))})"
        first, _, rest = key.partition("[")[0].partition(".")
        known = {"enabled": "key_enabled", "archived": "key_archived", "text": "key_text"}
        known |= {"variants": "key_text"}
        return self.say(known[first]) + self._part(rest) if first in known else key

    def _part(self, key: str) -> str:
        """Which part of a setting: an end of a range, or a language."""
        if key in _ENDS:
            return f" ({self.say(f'part_{key}')})"
        if key not in self._config.brand.languages:
            return ""
        marks = tongue(self.language).marks
        return f"{marks.open}{named_within(key, self.language)}{marks.close}"

    def _plain(self, text: str, setting: Setting | None = None) -> str:
        """A value as the list of changes writes it, in words as far as there are any."""
        if setting is not None and setting.kind == "event":
            return self.value(setting, text)
        if setting is not None and setting.kind in _LISTS:
            return self.value(setting, [] if text == "none" else text.split(", "))
        if setting is not None and setting.kind in ("cap", "window", "range", "range_within"):
            return self.value(setting, dict(_PART.findall(text)) or None)
        text = self._own_tongue(text)
        words = {"true": "yes", "false": "no", "none": "nothing"}
        if text in words:
            return self.say(words[text])
        try:
            if setting is not None and setting.kind == "period_or_none":
                return self.value(setting, text)
            return self.period(text)
        except ValueError:
            return clipped(text.replace("\n", " "), _SHOWN)

    def _own_tongue(self, text: str) -> str:
        """Of words that are there in each language of the brand, those in the reader's."""
        tongues = self._config.brand.languages
        pattern = ", ".join(f"{tongue} (?P<{tongue}>.*)" for tongue in tongues)
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found is None:
            return text
        mine = self.language if self.language in tongues else self._config.brand.default_language
        return found[mine]


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.casefold()


def _number(setting: Setting) -> int:
    """Which message of a chain a setting is about, as people count; 0: about none alone."""
    return int(setting.path[1]) + 1 if setting.kind == "offset" else 0


def _word(setting: Setting) -> str:
    """A setting's name among the texts: what the moment is depends on the kind of trigger."""
    if setting.kind == "offset":
        return "step"
    if setting.name != "moment":
        return setting.name
    if setting.kind == "period":
        return "before" if setting.path[-1] == "before_end" else "silence"
    return "times" if setting.kind == "cron" else "moment"
