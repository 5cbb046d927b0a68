"""Conditions about customers and complaints, and people by name: segments, routes, roles."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from flows.config.fields import (
    Count,
    DataKey,
    Figure,
    Id,
    Language,
    Length,
    Level,
    Somebody,
    SomebodyById,
    SomeLength,
    Titles,
    Words,
    Worth,
    ZoneOrRegion,
    expected,
)
from flows.entities.kinds import Role
from flows.time.durations import Period


def _one_or_many(value: Any) -> Any:
    """A single word may stand for a list of one."""
    return [value] if isinstance(value, str) else value


Some = BeforeValidator(_one_or_many)


class Part(BaseModel):
    """A frozen part of the configuration; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _check_range(least: float | None, most: float | None) -> None:
    if least is None and most is None:
        raise expected('"from", "to" or both')
    if least is not None and most is not None and least > most:
        raise expected('a "from" that is not greater than "to", or nobody fits')


class ValueRange(Part):
    """What a customer is worth, both ends included; at least one of them is given."""

    least: Worth | None = Field(default=None, alias="from")
    most: Worth | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> ValueRange:
        _check_range(self.least, self.most)
        return self


class ComplaintRange(Part):
    """How many complaints a customer has made within a period, both ends included."""

    least: Count | None = Field(default=None, alias="from")
    most: Count | None = Field(default=None, alias="to")
    within: SomeLength = Period(days=90)

    @model_validator(mode="after")
    def _in_order(self) -> ComplaintRange:
        _check_range(self.least, self.most)
        return self


class CustomerConditions(Part):
    """Which customers are meant; an empty list means everyone."""

    product: Annotated[tuple[Words, ...], Some] = ()
    tags: Annotated[tuple[Words, ...], Some] = ()
    without_tags: Annotated[tuple[Words, ...], Some] = ()
    language: Annotated[tuple[Language, ...], Some] = ()
    stage: Annotated[tuple[Id, ...], Some] = ()
    time_zone: Annotated[tuple[ZoneOrRegion, ...], Some] = ()
    value: ValueRange | None = None
    complaints: ComplaintRange | None = None

    @model_validator(mode="after")
    def _not_nobody(self) -> CustomerConditions:
        if self.tags and set(self.tags) <= set(self.without_tags):
            raise expected("at least one of tags that is not among without_tags, or nobody fits")
        return self


class Segment(CustomerConditions):
    """Customers with something in common, under a name by which schedules and routes mean them."""

    id: Id
    title: Titles | None = None


class Audience(CustomerConditions):
    """Whom a schedule asks: a segment, or whoever meets conditions of its own, or both."""

    segment: Id | None = None
    hypothesis: Id | None = None
    """Only those who get the change of this hypothesis, while it runs."""

    def within(self, segment: Segment) -> Audience:
        """The audience with the conditions of its segment that it does not replace by its own."""
        return self.model_copy(
            update={
                name: getattr(segment, name)
                for name in CustomerConditions.model_fields
                if not getattr(self, name)
            }
        )

    def inherited(self, segment: Segment) -> set[str]:
        """The names of the conditions that are the segment's."""
        return {
            name
            for name in CustomerConditions.model_fields
            if getattr(self, name) and getattr(self, name) == getattr(segment, name)
        }


class SeverityRange(Part):
    """How bad it is, from 1 (small) to 5 (bad), both ends included; one of them is given."""

    least: Level | None = Field(default=None, alias="from")
    most: Level | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> SeverityRange:
        _check_range(self.least, self.most)
        return self


class DataMatch(Part):
    """What a value of an event's data has to be: one of some words, or a number in a range."""

    key: DataKey
    words: Annotated[tuple[Words, ...], Some] = Field(default=(), alias="is")
    least: Figure | None = Field(default=None, alias="from")
    most: Figure | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _one_kind(self) -> DataMatch:
        if self.words and (self.least is not None or self.most is not None):
            raise expected('either "is" with words, or "from" and "to"')
        if not self.words:
            _check_range(self.least, self.most)
        return self


class RouteConditions(Part):
    """Which complaints a route takes; an empty list means every one."""

    category: Annotated[tuple[Id, ...], Some] = ()
    product: Annotated[tuple[Words, ...], Some] = ()
    stage: Annotated[tuple[Id, ...], Some] = ()
    language: Annotated[tuple[Language, ...], Some] = ()
    tags: Annotated[tuple[Words, ...], Some] = ()
    segment: Annotated[tuple[Id, ...], Some] = ()
    value: ValueRange | None = None
    severity: SeverityRange | None = None
    entrance: Annotated[tuple[Id, ...], Some] = ()
    place: Annotated[tuple[Words, ...], Some] = ()
    data: tuple[DataMatch, ...] = ()


class Route(Part):
    """Where some complaints go, before the categories of the teams count."""

    id: Id
    title: Titles | None = None
    when: RouteConditions = RouteConditions()
    team: Id | None = None
    owner: Somebody | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Route:
        if self.team is None and self.owner is None:
            raise expected('"team", "owner" or both')
        return self


class Roles(Part):
    """Who is something else than follows from their group, and for how long who comes is new."""

    reader: Annotated[tuple[Somebody, ...], Some] = ()
    staff: Annotated[tuple[Somebody, ...], Some] = ()
    senior: Annotated[tuple[Somebody, ...], Some] = ()
    admin: Annotated[tuple[SomebodyById, ...], Some] = ()
    newcomer: Length = Period(days=7)

    @model_validator(mode="after")
    def _each_once(self) -> Roles:
        named = [who for role in self._by_role() for who in getattr(self, role)]
        if len(named) != len(set(named)):
            raise expected("everybody once, in one role")
        return self

    def of(self, telegram_id: int, username: str = "") -> Role | None:
        """The role that somebody is given, by their id before their user name; None: none."""
        for who in (telegram_id, f"@{username.lower()}"):
            for role in self._by_role():
                if who in getattr(self, role):
                    return role
        return None

    @staticmethod
    def _by_role() -> tuple[Role, ...]:
        return (Role.READER, Role.STAFF, Role.SENIOR, Role.ADMIN)
