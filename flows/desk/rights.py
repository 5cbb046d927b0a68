"""Who may do what: the roles, what each reaches, and what is left to those of whom little is known.

Pure. A role follows from what somebody is anyway: members of a group are staff, its Telegram
administrators are seniors, whoever claimed the bot owns it; the configuration may say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flows.entities import Member
from flows.entities.kinds import MemberStatus, Role
from flows.time.durations import Period


class Deed(StrEnum):
    """What somebody may want to do, apart from what customers do."""

    READ = "read"
    ANSWER = "answer"
    WORK = "work"
    SHIP = "ship"
    SPREAD = "spread"
    MUTE = "mute"
    GRANT = "grant"
    ALLOW = "allow"
    BLOCK = "block"
    HALT = "halt"
    AUDIT = "audit"
    BIND = "bind"
    TUNE = "tune"
    APPOINT = "appoint"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do something, with the sentence that says what it is."""

    least: Role
    sentence: str
    newcomers: bool = True
    """Whether members of a group may who came a short while ago."""
    unknown: bool = False
    """Whether somebody may of whom it is not known that they are in the group."""


RULES: Mapping[Deed, Rule] = {
    Deed.READ: Rule(Role.READER, "See cards, lists and previews."),
    Deed.ANSWER: Rule(Role.STAFF, "Answer a customer.", unknown=True),
    Deed.WORK: Rule(
        Role.STAFF,
        "Take, assign, sort, resolve, decline, merge, split and reopen complaints, note something "
        "about them; begin changes, write them.",
    ),
    Deed.SHIP: Rule(
        Role.STAFF,
        "Tell everybody behind a change that it is made, or that it will not be; and those who "
        "asked for something that it is here.",
        newcomers=False,
    ),
    Deed.SPREAD: Rule(
        Role.SENIOR, "Tell people of a change who did not complain, by the rules for asks."
    ),
    Deed.MUTE: Rule(Role.STAFF, "Hold back for a time what one customer writes.", newcomers=False),
    Deed.GRANT: Rule(
        Role.STAFF, "Grant a customer what makes it right, within the limits.", newcomers=False
    ),
    Deed.ALLOW: Rule(
        Role.SENIOR,
        "Allow what is above a limit, take back what was granted or say that it failed, see the "
        "team's ledger, choose a gesture after a second failure.",
    ),
    Deed.BLOCK: Rule(
        Role.SENIOR, "Take in nothing more of what one customer writes, or take it in again."
    ),
    Deed.HALT: Rule(
        Role.SENIOR,
        "Pause telling people of a recall, go on with it, have the table of those not reached.",
    ),
    Deed.AUDIT: Rule(Role.SENIOR, "Read who did what in the group."),
    Deed.BIND: Rule(Role.ADMIN, "Bind a group to a team, or free it."),
    Deed.TUNE: Rule(
        Role.ADMIN, "Tune schedules, send files, see figures, reasons and everybody's doings."
    ),
    Deed.APPOINT: Rule(Role.OWNER, "Make somebody an admin, or no longer."),
}


class Doubt(StrEnum):
    """Why somebody has no role in a group."""

    UNKNOWN = "unknown"
    """Telegram was not asked about them yet, or did not say."""
    GONE = "gone"
    """They are not in the group."""
    CHANNEL = "channel"
    """They write as a channel, which may be anybody's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is, in a group or beside all groups."""

    role: Role | None = None
    doubt: Doubt | None = None
    """Why there is no role; None when there is one."""
    new: bool = False
    """Whether they came to the group a short while ago."""


class Why(StrEnum):
    """Why somebody may not do something."""

    ROLE = "role"
    NEW = "new"
    UNKNOWN = "unknown"
    GONE = "gone"
    CHANNEL = "channel"


def why_not(deed: Deed, standing: Standing) -> Why | None:
    """Why somebody may not do something; None: they may."""
    rule = RULES[deed]
    if standing.role is None:
        if standing.doubt is Doubt.UNKNOWN and rule.unknown:
            return None
        return Why(standing.doubt or Doubt.GONE)
    if not standing.role.reaches(rule.least):
        return Why.ROLE
    return Why.NEW if standing.new and not rule.newcomers else None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of somebody, from which their standing follows."""

    owner: bool = False
    admin: bool = False
    named: Role | None = None
    """The role that the configuration gives them."""
    member: Member | None = None
    """What was seen of them in the group; None: nothing, or it is no group."""


def standing(known: Known, now: datetime, newcomer: Period) -> Standing:
    """What somebody is; `newcomer` is for how long whoever came is new.

    Owners and admins are what they are in every group, whether they are in it or not. A role that
    the configuration names needs no proof, but nobody acts in a group that they have left.
    """
    if known.owner:
        return Standing(Role.OWNER)
    if known.admin:
        return Standing(Role.ADMIN)
    status = known.member.status if known.member is not None else MemberStatus.UNKNOWN
    if status is MemberStatus.GONE:
        return Standing(doubt=Doubt.GONE)
    if known.named is not None:
        return Standing(known.named)
    if status is MemberStatus.UNKNOWN:
        return Standing(doubt=Doubt.UNKNOWN)
    if status is MemberStatus.ADMIN:
        return Standing(Role.SENIOR)
    came = known.member.since if known.member is not None else None
    return Standing(Role.STAFF, new=came is not None and now < newcomer.after(came))


def status_in(told: Mapping[str, object]) -> MemberStatus:
    """What Telegram's description of a member (Bot API: ChatMember) says."""
    status = told.get("status")
    if status in ("creator", "administrator"):
        return MemberStatus.ADMIN
    if status == "member" or (status == "restricted" and told.get("is_member")):
        return MemberStatus.MEMBER
    return MemberStatus.GONE if status in ("restricted", "left", "kicked") else MemberStatus.UNKNOWN
