"""What the book adds to the engine."""

from bot.book import paper, posting, withdrawing
from bot.core.subject import Subject

BOOK = Subject(
    "book",
    composers={**paper.COMPOSERS, **posting.COMPOSERS, **withdrawing.COMPOSERS},
    reporters={**posting.REPORTERS, **withdrawing.REPORTERS},
    every_minute=(withdrawing.sweep,),
)
