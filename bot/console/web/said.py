"""What is said above a page of what was just done: keys, which addresses may carry."""

from dataclasses import dataclass

OF_STORIES = frozenset(
    f"story_{reason}"
    for reason in (
        *("too_early", "erased", "refused", "withdrawn", "asked_already", "published"),
        *("no_said", "no_did", "half"),
    )
)
"""Why a story was not begun or its author not asked: sentences that staff read in the chat too."""

OF_TRIALS = frozenset(
    f"trial_{reason}"
    for reason in (
        *("begun", "not_begun", "gone", "over", "no_event", "no_segment", "nobody"),
        *("learned", "is_stopped", "is_ended"),
    )
)
"""Why nothing was done with a hypothesis: sentences of the chat as well."""

GOOD = frozenset(
    {
        *("taken", "goes_on", "retried", "story_begun", "story_asked"),
        *("on", "off", "undone", "sent", "words", "words_dropped", "words_own"),
        *("trial_written", "trial_begins", "trial_stops", "trial_ends", "trial_dropped"),
        "trial_table",
    }
)
"""What was done."""

SAID = (
    OF_STORIES
    | OF_TRIALS
    | GOOD
    | {
        *("gone", "not_allowed", "not_paused", "not_parked", "undo_conflict", "story_changed"),
        *("refused_taken_by", "refused_already_yours", "refused_not_open"),
        "words_changed",
        "words_unfit",
    }
)
"""All that may be said."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a press: a key for words, and the number that they name."""

    said: str
    number: int = 0
    ok: bool = True


def unknown() -> Done:
    """What was pressed is not there any more."""
    return Done("gone", ok=False)
