"""Languages by their names, and the line above words that are not in their reader's."""

from babel import Locale, UnknownLocaleError

from bot.core.words import Words


def tongue(words: Words, reader: str, language: str) -> str:
    """The name of a language as it stands within a sentence of another; its code if it has none."""
    key = f"languages.{language}"
    if key in words.keys(reader):
        return words.say(reader, key)
    try:
        return Locale.parse(language).get_display_name(reader) or language
    except (ValueError, UnknownLocaleError):
        return language


def written_in(words: Words, reader: str, language: str) -> str:
    """Say in the reader's language which one the words below are in; empty: it is the reader's."""
    if language == reader:
        return ""
    return words.say(reader, "readers.written_in", tongue=tongue(words, reader, language))
