"""The languages that Verso speaks, found out from files.

Three come with Verso; an operator's folder (VERSO_LANGUAGES) adds more. A language is known by its
head, ``<code>.yaml``: its own name, its locale for dates and figures, its punctuation, how it
greets and how it addresses formally. Sentences stand in files beside it (docs/languages.md).
"""

from flows.languages.heads import Dates, Language, Marks, Salutations, Typed, isolated
from flows.languages.problems import LanguageError, Problem
from flows.languages.spoken import (
    ENGLISH,
    SHIPPED,
    Languages,
    codes,
    in_use,
    language_of,
    load,
    tongue,
    use,
    with_customers,
)

__all__ = [
    "ENGLISH",
    "SHIPPED",
    "Dates",
    "Language",
    "LanguageError",
    "Languages",
    "Marks",
    "Problem",
    "Salutations",
    "Typed",
    "codes",
    "in_use",
    "isolated",
    "language_of",
    "load",
    "tongue",
    "use",
    "with_customers",
]
