"""Sets of states by which rules and queries decide, each stated once."""

UNRESOLVED = ("open", "taken", "waiting", "reopened")
"""States of a ticket that somebody still has to do something about."""
ENDED = ("resolved", "verified", "unanswered", "declined", "merged")
"""All other states of a ticket."""

GOING_ON = ("open", "snoozed")
"""Statuses of a conversation in which the customer can still say something."""
