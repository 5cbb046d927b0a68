"""Sets of states by which rules and queries decide, each stated once."""

UNRESOLVED = ("open", "taken", "waiting", "reopened")
"""States of a ticket that somebody still has to do something about."""
ENDED = ("resolved", "verified", "unanswered", "declined", "merged")
"""All other states of a ticket."""

CHANGE_OPEN = ("proposed", "accepted", "in_progress")
"""States of a change that is being worked at; its complainers wait for word of it."""
CHANGE_WORKS = ("shipped", "verified")
"""States of a change that works as far as is known: it is shown, quoted and asked about."""

GOING_ON = ("open", "snoozed")
"""Statuses of a conversation in which the customer can still say something."""
