"""Languages by their names, and the line above words that are not in their reader's."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError

from bot.core.words import Words, listed
from flows.ear.tongue import evidently, plainly
from flows.languages import codes


def tongue(words: Words, reader: str, language: str) -> str:
    """The name of a language as it stands within a sentence of another; its code if it has none."""
    key = f"languages.{language}"
    if key in words.keys(reader):
        return words.say(reader, key)
    try:
        return Locale.parse(language).get_display_name(reader) or language
    except (ValueError, UnknownLocaleError):
        return language


def foreign(text: str, reader: str) -> str:
    """The language of a text that is evidently not its reader's; empty: it is, or may be."""
    spoken = codes()
    if plainly(text, spoken) == reader:
        return ""  # most answers are; the rest of the looking would cost more
    return evidently(text, spoken) or ""


def written_in(words: Words, reader: str, language: str) -> str:
    """Say in the reader's language which one the words below are in; empty: it is the reader's."""
    if language == reader:
        return ""
    return words.say(reader, "readers.written_in", tongue=tongue(words, reader, language))


def line_above(words: Words, reader: str, texts: Iterable[str]) -> str:
    """The same line above texts whose language nobody has said, such as staff's answers.

    Empty: none of them is evidently in another language than the reader's.
    """
    written = [foreign(each, reader) for each in texts if each.strip()]
    others = dict.fromkeys(each for each in written if each)
    if not others:
        return ""
    key = "written_in" if all(written) else "partly_written_in"
    named = listed((tongue(words, reader, each) for each in others), reader)
    return words.say(reader, f"readers.{key}", tongue=named)
