"""How a story looks in chats: to staff who write it, and to its author who decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.callbacks import pack
from bot.core.names import day, display_safe
from bot.core.rich import Rich, bold, italic, plain, quote
from bot.core.tongues import tongue
from bot.core.words import Words, listed, pair
from bot.core.work import Keyboard
from flows.book.consent import ENDED, SEEN, may_be_read
from flows.book.redaction import covered
from flows.config import Config
from flows.entities import Story, Ticket
from flows.utf16 import utf16_length

if TYPE_CHECKING:
    from bot.book.public import Spread

Ask = tuple[Rich, Keyboard]


@dataclass(frozen=True, slots=True)
class Teller:
    """What stands under a story from the configuration; titles by language."""

    config: Config
    story: Story

    @classmethod
    def of(cls, config: Config, story: Story) -> Teller:
        """Of a story, by the configuration in force."""
        return cls(config, story)

    def place(self, language: str) -> str:
        """Where and in what it went wrong; empty: nobody said."""
        default = self.config.brand.default_language
        stages = {each.id: each for each in self.config.stages}
        categories = {each.id: each for each in self.config.every_category}
        found = (stages.get(self.story.stage), categories.get(self.story.category))
        return " · ".join(each.in_language(language, default) for each in found if each is not None)

    def seen_to_by(self, language: str) -> str:
        """Who saw to it: a name and the team, or the team alone."""
        config, story = self.config, self.story
        titles = {team.id: team.title or {} for team in config.teams}.get(story.team_id, {})
        team = titles.get(language) or titles.get(config.brand.default_language)
        parts = [story.owner_name, team or ("" if story.owner_name else config.brand.name)]
        return listed((part for part in parts if part), language)


class StoryViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str, zone: str) -> None:
        self._words, self._language, self._zone = words, language, zone

    def _staff(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"story.{key}", **values)

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(self._language, f"customer.story_{key}", **values)

    def _tongue(self, language: str) -> str:
        return tongue(self._words, self._language, language)

    def _languages(self, story: Story) -> list[str]:
        """The languages of a story, that of this reader first, then the author's."""
        first = (self._language, story.language)
        return [
            *dict.fromkeys(each for each in first if each in story.texts),
            *(each for each in story.texts if each not in first),
        ]

    # -- staff -----------------------------------------------------------------------------------

    def card(
        self,
        story: Story,
        ticket: Ticket,
        teller: Teller,
        names: Sequence[str],
        languages: Sequence[str],
    ) -> Ask:
        """The draft with what may tell who somebody is underlined, and how it stands."""
        rich = bold(self._staff("title", number=ticket.number)) + "\n"
        rich = rich + self._staff(f"state_{story.state}", page=story.number)
        doubtful = False
        for language in (story.language, *(each for each in story.texts if each != story.language)):
            texts = story.texts.get(language, {})
            for side in ("said", "did"):
                heading = self._staff(f"{side}_in", tongue=self._tongue(language))
                rich = rich + "\n\n" + heading + "\n"
                if text := texts.get(side, ""):
                    marks = list(_marks(text, names))
                    doubtful = doubtful or bool(marks)
                    rich = rich + quote(text, marks)
                else:
                    rich = rich + italic(self._staff("missing"))
        rich = rich + "\n\n" + "\n".join(self._below(story, teller, self._language))
        if doubtful:
            rich = rich + "\n" + self._staff("doubtful")
        return rich, self._buttons(story, ticket, languages)

    def _below(self, story: Story, teller: Teller, language: str) -> Iterator[str]:
        said = self._words.say
        told = day(story.told_at, self._zone, language)
        place = teller.place(language)
        yield f"{place} · {told}" if place else told
        yield pair(said(language, "printed.by"), teller.seen_to_by(language), language)
        if story.since is not None:
            key = "printed.decided" if story.declined else "printed.since"
            since = day(story.since, self._zone, language)
            yield pair(said(language, key), since, language)

    def _buttons(self, story: Story, ticket: Ticket, languages: Sequence[str]) -> Keyboard:
        if story.state in ENDED:
            return []
        rows = []
        for language in dict.fromkeys((story.language, *languages)):
            name = self._tongue(language)
            rows.append(
                [
                    (
                        self._staff(f"b_{side}", tongue=name),
                        pack("n", "write", story.id, side, language),
                    )
                    for side in ("said", "did")
                ]
            )
            if language != story.language and language in story.texts:
                label = self._staff("b_drop", tongue=name)
                rows.append([(label, pack("n", "drop", story.id, language))])
        if story.owner_name:
            label = self._staff("b_nameless", name=display_safe(story.owner_name))
            rows.append([(label, pack("n", "nameless", story.id))])
        elif ticket.owner_name:
            rows.append([(self._staff("b_named"), pack("n", "named", story.id))])
        if story.state == "draft":
            rows.append([(self._staff("b_ask"), pack("n", "ask", story.id))])
        else:
            rows.append([(self._staff("b_out"), pack("n", "out", story.id))])
        if may_be_read(story):
            rows += [
                [
                    (
                        self._staff(f"b_{kind}", tongue=self._tongue(language)),
                        pack("n", kind, story.id, language),
                    )
                    for kind in ("leaflet", "card", "letter")
                ]
                for language in story.texts
            ]
        return rows

    def choice(self, number: int, tickets: Sequence[Ticket]) -> Ask:
        """The complaints of a change, to choose whose story is written."""
        rows = [
            [(f"#{each.number} · {display_safe(each.words, 30)}", pack("n", "of", each.id))]
            for each in tickets
        ]
        return plain(self._staff("choose", change=f"C{number}")), rows

    def letter(self, spread: Spread, link: str) -> Rich:
        """A printed story as text for a newsletter, to be copied as it is."""
        say = self._words.say
        by = f" ({spread.name})" if spread.name else ""
        did = say(self._language, "printed.declined" if spread.declined else "printed.did")
        lines = [
            f"{say(self._language, 'printed.said')}{by}:",
            spread.said,
            "",
            f"{did}:",
            spread.did,
            "",
            " · ".join(each for each in (spread.since, spread.by) if each),
            link,
        ]
        return plain("\n".join(lines).strip())

    # -- the author --------------------------------------------------------------------------------

    def asking(self, story: Story, teller: Teller, *, is_changed: bool = False) -> Ask:
        """All that would be printed, in each of its languages, and what the author can say."""
        key = "changed" if is_changed else "ask"
        rich = bold(self._say(key))
        several = len(story.texts) > 1
        for language in self._languages(story):
            texts = story.texts[language]
            rich = rich + "\n"
            if several or language != self._language:
                rich = rich + "\n" + italic(self._say("in", tongue=self._tongue(language)))
            heading = "printed.declined" if story.declined else "printed.did"
            rich = rich + "\n" + self._words.say(language, "printed.said") + "\n"
            rich = rich + quote(texts.get("said", "")) + "\n"
            rich = rich + self._words.say(language, heading) + "\n" + quote(texts.get("did", ""))
            rich = rich + "\n" + "\n".join(self._below(story, teller, language))
        rich = rich + "\n\n" + self._say("ask_end")
        seen = story.asked_for[:SEEN]
        rows = [[(self._say("b_nameless"), pack("u", "story", story.id, "nameless", seen))]]
        if story.name:
            label = self._say("b_named", name=display_safe(story.name))
            rows.append([(label, pack("u", "story", story.id, "named", seen))])
        return rich, [*rows, [(self._say("b_no"), pack("u", "story", story.id, "no"))]]

    def standing(self, story: Story, link: str) -> Ask:
        """How it stands with a story, and the way out of the book as long as it is in."""
        if may_be_read(story):
            rows = [[(self._say("b_out"), pack("u", "story", story.id, "out"))]]
            if link.startswith("https://"):
                rows.insert(0, [(self._say("b_see"), link)])
            key = "printed_as" if story.named else "printed"
            name = display_safe(story.name)
            return plain(self._say(key, number=story.number, name=name)), rows
        return plain(self._say(story.state)), []

    def on_page(self, story: Story) -> Keyboard:
        """What the author finds below their own page: the way out, or the question again."""
        if may_be_read(story):
            return [[(self._say("b_out"), pack("u", "story", story.id, "out"))]]
        if story.state == "asked":
            return [[(self._say("b_see_ask"), pack("u", "story", story.id, "see"))]]
        return []


def _marks(text: str, names: Sequence[str]) -> Iterator[dict[str, object]]:
    """Underlines what may tell who somebody is."""
    found = covered(text, names)
    if found.text != text:
        return
    for start, end in found.doubtful:
        offset, length = utf16_length(text[:start]), utf16_length(text[start:end])
        yield {"type": "underline", "offset": offset, "length": length}
