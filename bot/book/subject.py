"""What the book adds to the engine."""

from bot.book import paper
from bot.core.subject import Subject

BOOK = Subject("book", composers=paper.COMPOSERS)
