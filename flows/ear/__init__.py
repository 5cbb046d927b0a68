"""The ear: hears what short messages mean, and what is to be done at which question.

Pure: the word files (``words/<language>.yaml``, and ``ear.<language>.yaml`` of added languages) are
read once, in half a second, by `shipped` or at the first message.
"""

from flows.ear.hearing import Ear, hear, shipped
from flows.ear.lexicon import WordsError
from flows.ear.meanings import Heard, Meaning, Question, When

__all__ = ["Ear", "Heard", "Meaning", "Question", "When", "WordsError", "hear", "shipped"]
