"""The configuration as values. Defaults are those of the product; an empty file is valid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from flows.config.clocks import Clocks, Promise, taken_over
from flows.config.conditions import Audience, Roles, Route, Segment
from flows.config.entrances import Entrance
from flows.config.fields import (
    Asks,
    AskTexts,
    AtLeast,
    BrandAddress,
    CategoryRef,
    ChatId,
    Day,
    EventType,
    Id,
    Language,
    Length,
    Morning,
    Percent,
    PlainWords,
    Reminders,
    Severity,
    Somebody,
    SomeHoldout,
    SomeLength,
    Switch,
    Titles,
    Words,
    Zone,
    expected,
)
from flows.config.goals import MOST_GOALS, Goal, Letter, Pictures
from flows.config.guarantees import Guarantee
from flows.config.hypotheses import HypothesisPlan
from flows.config.parts import OneOrMany, Part, Some, Titled
from flows.config.periods import CustomerPeriod
from flows.config.places import Place
from flows.config.products import plain_title
from flows.config.remedies import Grants, RemedyOption, SecondFailure, Thanks
from flows.config.schedules import Schedule, within
from flows.config.webhooks import Receiver
from flows.config.windows import Window, WorkingHours
from flows.entities.kinds import Address, Plain
from flows.languages import SHIPPED
from flows.time.calendars import Calendar
from flows.time.durations import Period, Share
from flows.time.opening import Opening, Openings


class Brand(Part):
    """Who asks, in which languages, and by whose clock when a customer's is unknown."""

    name: Words = "Verso"
    languages: Annotated[tuple[Language, ...], Some, Field(min_length=1)] = SHIPPED
    default_language: Language = "en"
    address: BrandAddress = Address.INFORMAL
    """How customers are addressed where a language tells two ways apart."""
    time_zone: Zone = "UTC"


class Category(Titled):
    """What kind of thing went wrong."""


MISSING = "missing"
"""The category of those who did not find what they came for; it ships, unless it is left out."""
DID_NOT_HAVE = Category(
    id=MISSING,
    title={"en": "You did not have it", "ru": "Чего-то не было", "zh": "没有我要的东西"},
)


class Stage(Titled):
    """Where in the customer's journey."""

    customers_want: Titles | None = None
    """What customers want to reach there, shown beside what they say."""
    we_want: Titles | None = None
    """What the business wants there."""


class Product(Titled):
    """What the customer bought or tries."""

    also: Annotated[tuple[Words, ...], Some] = ()
    """Its ids and titles in other systems, as they are written there."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it is called, by which events may name it."""
        titles = (*self.title.values(), *self.also)
        return tuple(dict.fromkeys((self.id, *titles, *map(plain_title, self.also))))


class KnownEvent(Titled):
    """A type of events, as staff and admins read it."""

    id: EventType


class Team(Part):
    """Staff who answer in one group, the categories they take and the hours they work."""

    id: Id
    title: Titles | None = None
    chat: ChatId | None = None
    categories: Annotated[tuple[CategoryRef, ...], Some, Field(min_length=1)] = ("*",)
    working_hours: Annotated[tuple[WorkingHours, ...], OneOrMany, Field(min_length=1)] = (
        WorkingHours(),
    )
    time_zone: Zone | None = None
    language: Language | None = None
    """Everything that is said into its group is said in it; None: the brand's default."""
    plain: PlainWords = Plain.ASK
    """What becomes of words that its people type into a ticket's topic without replying."""
    morning: Morning = True
    """Whether its group reads on working days what is open, when work begins or at this time."""


class Limits(Part):
    """Restraint over all schedules together."""

    cooldown: Length = Period(days=7)
    asks: Asks = 2
    per: SomeLength = Period(days=30)
    reminders: Reminders = 1
    reminder_after: SomeLength = Period(days=3)
    after_consent: Length = Period(hours=4)
    """Nobody is asked within this time after they agreed to be asked."""
    daily: AtLeast | None = None
    """Asks a day over everybody, by the brand's clock; None: no limit."""
    backlog: AtLeast | None = None
    """Tickets without a first answer above which fewer are asked; None: no limit."""


class Guardrail(Part):
    """When a schedule pauses itself because people block or stop the bot."""

    share: Percent = Share(300)
    at_least: AtLeast = 50
    within: SomeLength = Period(days=7)


class AnswerActions(Part):
    """What happens to the complaint when an answer is sent."""

    resolve: Switch = False
    """The answer is what was done, and ends the complaint."""
    wait: Switch = False
    """The next word is the customer's."""
    snooze: SomeLength | None = None
    """It is put off for so long."""
    severity: Severity | None = None
    assign: Somebody | None = None

    @model_validator(mode="after")
    def _one_ending(self) -> AnswerActions:
        if self.resolve and (self.wait or self.snooze is not None or self.assign is not None):
            raise expected('"resolve" without "wait", "snooze" and "assign"')
        if self.wait and self.snooze is not None:
            raise expected('"wait" or "snooze", not both: either has an end of its own')
        return self


class CannedAnswer(Part):
    """An answer that staff send by its name, in the language of whoever reads it."""

    id: Id
    title: Titles | None = None
    text: AskTexts
    then: AnswerActions | None = None
    """What it does besides; None: it is an answer and nothing else."""


class Verification(Part):
    """When to ask whether it helped, after a person was told how their complaint has ended."""

    after: SomeLength = Period(days=3)


class Recurrence(Part):
    """When a shipped change counts as one that has not helped."""

    check: SomeLength = Period(weeks=8)
    """From then on it has not helped if it happens as often as before; what is plainly more often
    is seen on any day."""
    at_least: AtLeast = 5
    """Complaints since it was shipped below which nothing is concluded by the plain rates."""


class Retention(Part):
    """How long things are kept before they are erased."""

    updates: SomeLength = Period(days=30)
    events: SomeLength = Period(years=2)
    tickets: SomeLength = Period(years=3)


class Lift(Part):
    """What asking may have been good for: events counted after an ask, and among the held out."""

    events: Annotated[tuple[EventType, ...], Some] = ("converted", "renewed", "churned")
    within: SomeLength = Period(days=60)
    holdout: SomeHoldout = Share(0)
    """The share of customers whom no schedule asks, besides the holdout of each."""


class Phrases(Part):
    """Whole messages that mean the same to this business's customers, beside those known anyway.

    There is none for *stop*: what stops is the same everywhere.
    """

    fine: Annotated[tuple[Words, ...], Some] = ()
    later: Annotated[tuple[Words, ...], Some] = ()
    thanks: Annotated[tuple[Words, ...], Some] = ()
    who: Annotated[tuple[Words, ...], Some] = ()
    yes: Annotated[tuple[Words, ...], Some] = ()
    no: Annotated[tuple[Words, ...], Some] = ()
    never_mind: Annotated[tuple[Words, ...], Some] = ()
    complaint: Annotated[tuple[Words, ...], Some] = ()

    def by_meaning(self) -> dict[str, tuple[str, ...]]:
        """The phrases by the meaning that they have, those with none left out."""
        return {name: found for name in type(self).model_fields if (found := getattr(self, name))}


class Config(Part):
    """The whole of `verso.yaml`."""

    brand: Brand = Brand()
    teams: tuple[Team, ...] = ()
    categories: tuple[Category, ...] = ()
    lost_sales: Switch = True
    """Whether "you did not have it" is offered beside the categories, where there are any."""
    stages: tuple[Stage, ...] = ()
    products: tuple[Product, ...] = ()
    events: tuple[KnownEvent, ...] = ()
    limits: Limits = Limits()
    window: Window = Window()
    holidays: tuple[Day, ...] = ()
    guardrail: Guardrail = Guardrail()
    clocks: Clocks = Clocks()
    promise: Promise | None = None
    """Older names; taken over into `clocks`, and never there afterwards."""
    verification: Verification = Verification()
    recurrence: Recurrence = Recurrence()
    lift: Lift = Lift()
    nudge_after: SomeLength = Period(hours=4)
    file_after: SomeLength = Period(hours=24)
    retention: Retention = Retention()
    phrases: Phrases = Phrases()
    roles: Roles = Roles()
    segments: tuple[Segment, ...] = ()
    routes: tuple[Route, ...] = ()
    answers: tuple[CannedAnswer, ...] = ()
    periods: tuple[CustomerPeriod, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    webhooks: Annotated[tuple[Receiver, ...], OneOrMany] = ()
    places: tuple[Place, ...] = ()
    remedies: tuple[RemedyOption, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    grants: Grants = Grants()
    guarantees: tuple[Guarantee, ...] = ()
    second_failure: SecondFailure = SecondFailure()
    goals: Annotated[tuple[Goal, ...], Field(max_length=MOST_GOALS)] = ()
    pictures: Pictures = Pictures()
    letter: Letter = Letter()
    hypotheses: tuple[HypothesisPlan, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    @model_validator(mode="after")
    def _takes_over_older_names(self) -> Config:
        if self.promise is not None:
            # The value is not out of our hands yet.
            object.__setattr__(self, "clocks", taken_over(self.promise, self.clocks))
            object.__setattr__(self, "promise", None)
        return self

    @property
    def every_category(self) -> tuple[Category, ...]:
        """What complaints may be about: the business's own categories, and the one that ships.

        A business without categories asks nobody what it is about, and one of its own goes before.
        """
        own = any(each.id == MISSING for each in self.categories)
        if not self.categories or not self.lost_sales or own:
            return self.categories
        return (*self.categories, DID_NOT_HAVE)

    @cached_property
    def _products(self) -> Mapping[str, Product]:
        """Products by everything that they are called; an id goes before another's title."""
        by_name = {name: each for each in self.products for name in each.names}
        return by_name | {each.id: each for each in self.products}

    def product(self, name: str) -> Product | None:
        """The product that is called so: by its id, a title, or what other systems call it."""
        return self._products.get(name) or self._products.get(plain_title(name))

    def product_called(self, name: str) -> str:
        """The id of the product that is called so; empty: the configuration knows none."""
        found = self.product(name)
        return found.id if found is not None else ""

    def product_names(self, ids: Collection[str]) -> tuple[str, ...]:
        """These products by everything that events may call them."""
        known = [self.product(name) for name in ids]
        others = (name for each in known if each is not None for name in each.names)
        return tuple(dict.fromkeys((*ids, *others)))

    def called_by_events(self, audience: Audience) -> Audience:
        """An audience with its products by everything that events may call them."""
        if not audience.product:
            return audience
        return audience.model_copy(update={"product": self.product_names(audience.product)})

    @model_validator(mode="after")
    def _segments_meant(self) -> Config:
        """Audiences have the conditions of their segments, so that everything goes by them."""
        known = {each.id: each for each in self.segments}
        whole = tuple(
            within(each, known.get(each.audience.segment or "")) for each in self.schedules
        )
        if whole != self.schedules:
            object.__setattr__(self, "schedules", whole)  # the value is not out of our hands yet
        return self

    @model_serializer(mode="wrap")
    def _without_what_segments_say(
        self, serialize: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        """What an audience has from its segment is written there, and follows it."""
        written: dict[str, Any] = serialize(self)
        known = {each.id: each for each in self.segments}
        for schedule, shown in zip(self.schedules, written.get("schedules", ()), strict=True):
            segment = known.get(schedule.audience.segment or "")
            if segment is not None:
                for name in schedule.audience.inherited(segment):
                    shown["audience"].pop(name, None)
        return written

    def receiver(self, receiver_id: str) -> Receiver | None:
        """The receiver of webhooks with this id."""
        return next((each for each in self.webhooks if each.id == receiver_id), None)

    def schedule(self, schedule_id: str) -> Schedule | None:
        """The schedule with this id."""
        for each in self.schedules:  # it is asked for a dozen times for each ask
            if each.id == schedule_id:
                return each
        return None

    def entrance(self, entrance_id: str) -> Entrance | None:
        """The entrance with this id."""
        return next((each for each in self.entrances if each.id == entrance_id), None)

    def remedy(self, remedy_id: str) -> RemedyOption | None:
        """The remedy with this id."""
        return next((each for each in self.remedies if each.id == remedy_id), None)

    def place(self, place_id: str) -> Place | None:
        """The place with this id."""
        return next((each for each in self.places if each.id == place_id), None)

    def guarantee(self, guarantee_id: str) -> Guarantee | None:
        """The guarantee with this id."""
        return next((each for each in self.guarantees if each.id == guarantee_id), None)

    def hypothesis(self, hypothesis_id: str) -> HypothesisPlan | None:
        """The hypothesis that is written down with this id."""
        return next((each for each in self.hypotheses if each.id == hypothesis_id), None)

    def segment_called(self, name: str) -> Segment | None:
        """The segment with this id, or with this title in any language; None: there is none."""
        word = " ".join(name.split()).casefold()
        for each in self.segments:
            titles = {title.casefold() for title in (each.title or {}).values()}
            if word == each.id or word in titles:
                return each
        return None

    def team_for(self, category: str) -> Team | None:
        """The team that answers complaints of a category; None when there is no team.

        The first that names the category, else the first that takes everything, else the first
        of all: a complaint has to go somewhere. An empty category is named by no team.
        """
        named = (team for team in self.teams if category and category in team.categories)
        everything = (team for team in self.teams if "*" in team.categories)
        return next(named, None) or next(everything, None) or next(iter(self.teams), None)

    def asks_within(self, schedule: Schedule) -> Opening:
        """When this schedule may ask, in the customer's zone: its own window or the general one."""
        return (schedule.window or self.window).opening(self.holidays)

    def calendar_of(self, team: Team) -> Calendar:
        """When a team works."""
        hours = Openings(tuple(each.opening(self.holidays) for each in team.working_hours))
        return Calendar(hours, self.zone_of(team))

    def zone_of(self, team: Team) -> str:
        """The team's time zone, else the brand's."""
        return team.time_zone or self.brand.time_zone
