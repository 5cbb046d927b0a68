"""Guarantees: what proves a claim, and whether it is granted at once.

Pure: what was granted before is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flows.config import Config, Guarantee
from flows.conversations import Piece
from flows.entities import Proof
from flows.receipts import number_in

GUARANTEE = "guarantee"
"""Value of a conversation in which one is claimed (`Conversation.context`): its id."""
FLOWS: Mapping[Proof, str] = {
    Proof.PHOTO: "guarantee_photo",
    Proof.RECEIPT: "guarantee_receipt",
    Proof.NONE: "guarantee_none",
}
"""The flow that asks for each kind of proof."""


class Above(StrEnum):
    """Why a person decides about a claim, and not Verso by itself."""

    PROOF = "proof"
    """The same proof was used before."""
    HOURS = "hours"
    PRODUCT = "product"
    CUSTOMER = "customer"
    PLACE = "place"
    ELSEWHERE = "elsewhere"
    """It holds at other places."""
    GRANTS = "grants"
    """A limit of `grants` in money."""
    CODES = "codes"
    """Its pool has no code left."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known before a claim is granted."""

    used: bool
    """Whether its proof was used for another claim of the same guarantee."""
    products: frozenset[str]
    """The ids of those it may be about: the entrance's, and those that the customer has."""
    place: str
    """Where it is claimed, as entrances name places."""
    to_customer: int
    """How often the customer was granted it in its period, less what was taken back."""
    at_place: int
    """How often it was granted at the place today, less what was taken back."""


def holds_now(guarantee: Guarantee, now: datetime, zone: str) -> bool:
    """Whether it is one of the hours in which a guarantee holds, on the clock of a zone."""
    clock = ZoneInfo(zone)
    return not guarantee.hours or any(each.opening.is_open(now, clock) for each in guarantee.hours)


def flow_of(config: Config, guarantee_id: str, now: datetime) -> str | None:
    """The flow that asks for a guarantee's proof; None: it does not hold now, or is gone."""
    guarantee = config.guarantee(guarantee_id)
    if guarantee is None or not holds_now(guarantee, now, config.brand.time_zone):
        return None
    return FLOWS[guarantee.proof]


def above(guarantee: Guarantee, standing: Standing, now: datetime, zone: str) -> Above | None:
    """Why a claim is not granted at once; None: nothing stands in its way but limits in money."""
    most = guarantee.most_at(standing.place)
    reasons = {
        Above.PROOF: standing.used,
        Above.HOURS: not holds_now(guarantee, now, zone),
        Above.PRODUCT: bool(guarantee.product) and standing.products.isdisjoint(guarantee.product),
        Above.ELSEWHERE: most is None,
        Above.CUSTOMER: standing.to_customer >= guarantee.per_customer,
        Above.PLACE: most is not None and standing.at_place >= most,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def marks_of(guarantee: Guarantee, pieces: Iterable[Piece]) -> list[str]:
    """What the proofs among these are known again by: digests, in one order."""
    match guarantee.proof:
        case Proof.PHOTO:
            return marks_of_files(each.file for each in pieces)
        case Proof.RECEIPT:
            return _digests(guarantee.proof, (number_in(each.text) for each in pieces))
    return []


def marks_of_files(files: Iterable[Mapping[str, Any]]) -> list[str]:
    """What files are known again by, whoever sends them: digests, in one order."""
    return _digests(Proof.PHOTO, (str(each.get("file_unique_id", "")) for each in files))


def _digests(proof: Proof, known_by: Iterable[str]) -> list[str]:
    return sorted(sha256(f"{proof}:{each}".encode()).hexdigest() for each in {*known_by} - {""})
