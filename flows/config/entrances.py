"""Entrances: links and codes that stand somewhere, through which anybody may come in."""

from __future__ import annotations

from typing import Annotated

from pydantic import PlainSerializer, model_validator

from flows.config.fields import AskTexts, Id, Somebody, Words, expected, reader
from flows.config.parts import Titled
from flows.entities.kinds import EntranceKind, Opens

KIND_EXPECTED = f"one of {', '.join(EntranceKind)}"
OPENS_EXPECTED = " or ".join(Opens)


def _kind(text: str) -> EntranceKind:
    try:
        return EntranceKind(text)
    except ValueError:
        raise ValueError(KIND_EXPECTED) from None


def _opens(text: str) -> Opens:
    try:
        return Opens(text)
    except ValueError:
        raise ValueError(OPENS_EXPECTED) from None


_as_text = PlainSerializer(str, return_type=str)


class Entrance(Titled):
    """A place, a product or a desk whose link or code lets strangers in.

    Its title is what customers and staff read of where somebody is.
    """

    kind: Annotated[EntranceKind, reader(EntranceKind, KIND_EXPECTED, _kind), _as_text] = (
        EntranceKind.PLACE
    )
    place: Words | None = None
    """The place that it is at, by which several are counted together; None: it is one itself."""
    product: Id | None = None
    """What complaints that begin here are about."""
    team: Id | None = None
    """To whom they go, unless a route says otherwise."""
    person: Somebody | None = None
    """Who has them from the beginning, unless a route says otherwise."""
    guarantee: Id | None = None
    """What is promised here, with the kind `guarantee`."""
    opens: Annotated[Opens, reader(Opens, OPENS_EXPECTED, _opens), _as_text] = Opens.COMPLAINT
    greeting: AskTexts | None = None
    """What is said below the title; None: that a person reads and answers."""

    @model_validator(mode="after")
    def _is_what_it_says(self) -> Entrance:
        if self.kind is EntranceKind.PRODUCT and self.product is None:
            raise expected('"product" with the id of the product that this entrance stands for')
        if self.kind is EntranceKind.DESK and self.team is None and self.person is None:
            raise expected('"team", "person" or both: whose desk this is')
        if (self.kind is EntranceKind.GUARANTEE) != (self.guarantee is not None):
            raise expected('"guarantee" with the kind guarantee, and with no other')
        return self

    @property
    def at(self) -> str:
        """The name of its place, else its id: what is counted and asked about together."""
        return self.place or self.id
