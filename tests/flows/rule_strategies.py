"""Hypothesis strategies shared by the tests of the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from flows.config import (
    Audience,
    Brand,
    Cap,
    Category,
    ClockRule,
    Clocks,
    ClockStep,
    ComplaintRange,
    Config,
    Grants,
    Guarantee,
    Guardrail,
    Lift,
    Limits,
    Occasion,
    Phrases,
    Place,
    Product,
    Promise,
    Receiver,
    RemedyOption,
    Retention,
    Schedule,
    SecondFailure,
    SlotHours,
    Stage,
    Team,
    Thanks,
    Trigger,
    Trusted,
    ValueRange,
    Variant,
    Verification,
    Window,
    WorkingHours,
)
from flows.config.guarantees import GuaranteeHours
from flows.config.webhooks import EVENTS
from flows.entities import Proof, RemedyKind
from flows.entities.kinds import Tell
from flows.money import Money
from flows.time.cron import Cron
from flows.time.durations import Period, Progress, Share
from flows.time.opening import ClockTime, Opening, Weekdays

SHORTEST_WINDOW = 30
"""In minutes; the configuration refuses shorter ones."""

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "UTC",
)

zone_names = st.sampled_from(ZONES)
zones = zone_names.map(ZoneInfo)
_EPOCH = datetime(2008, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=29 * 365)).map(lambda passed: _EPOCH + passed)
lengths = st.timedeltas(timedelta(0), timedelta(hours=10))
clock_times = st.integers(0, 24 * 60).map(ClockTime)
weekdays = st.frozensets(st.integers(0, 6), min_size=1).map(Weekdays)
dates = st.dates(date(2008, 1, 1), date(2036, 12, 31))
shares = st.integers(0, 10_000).map(Share)

periods = st.builds(
    Period,
    *(st.integers(0, top) for top in (20, 30, 100, 1000, 10_000, 10_000, 1_000_000)),
)
some_periods = periods.filter(bool)
exact_periods = st.builds(
    Period, hours=st.integers(1, 100), minutes=st.integers(0, 90), seconds=st.integers(0, 90)
)


@st.composite
def spans_of_day(draw: st.DrawFn) -> tuple[ClockTime, ClockTime]:
    first = draw(st.integers(0, 24 * 60 - SHORTEST_WINDOW))
    last = draw(st.integers(first + SHORTEST_WINDOW, 24 * 60))
    return ClockTime(first), ClockTime(last)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    opens, closes = draw(spans_of_day())
    holidays = draw(st.frozensets(dates, max_size=5))
    return Opening(opens, closes, draw(weekdays), holidays)


ids = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,10}\Z")
event_types = st.from_regex(r"\A[a-z0-9_.-]{1,11}\Z")
at_least = st.none() | st.integers(1, 1_000_000)
words = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens, closes = draw(spans_of_day())
    return Window(opens=opens, closes=closes)


@st.composite
def working_hours(draw: st.DrawFn) -> WorkingHours:
    opens, closes = draw(spans_of_day())
    return WorkingHours(opens=opens, closes=closes, days=draw(weekdays))


@st.composite
def guarantee_hours(draw: st.DrawFn) -> GuaranteeHours:
    opens, closes = draw(spans_of_day())
    return GuaranteeHours(opens=opens, closes=closes, days=draw(weekdays))


def _several(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(strategy, max_size=3, unique=True).map(tuple)


@st.composite
def phrases(draw: st.DrawFn) -> Phrases:
    meanings = st.sampled_from([None, *Phrases.model_fields])
    drawn = {text: draw(meanings) for text in ("Steep it!", "cold pot", "чайник поёт", "泡好了")}
    return Phrases(
        **{
            name: tuple(text for text, meaning in drawn.items() if meaning == name)
            for name in Phrases.model_fields
        }
    )


@st.composite
def clocks(draw: st.DrawFn) -> Clocks:
    """Promised times, some of them by the older names."""
    older = st.builds(Promise, first_response=exact_periods, escalate_at=st.just((Share(7500),)))
    steps = draw(st.lists(st.tuples(st.integers(1, 1000), st.sampled_from(Tell)), max_size=4))
    rule = st.builds(ClockRule, severity=st.just((5,)), resolution=exact_periods)
    made = Clocks(
        next_response=draw(exact_periods),
        rules=tuple(draw(st.lists(rule, max_size=2))),
        ask_after=draw(some_periods),
        **({"steps": _steps(steps)} if steps else {}),
    )
    return Config(clocks=made, promise=draw(st.none() | older)).clocks


def _steps(drawn: list[tuple[int, Tell]]) -> tuple[ClockStep, ...]:
    return tuple(
        ClockStep(at=Progress(at), tell=tell)
        for at, tell in sorted(drawn, key=lambda each: each[0])
    )


@st.composite
def configs(draw: st.DrawFn) -> Config:
    languages = tuple(draw(st.lists(st.sampled_from(["en", "ru", "zh"]), min_size=1, unique=True)))
    titles = st.fixed_dictionaries(dict.fromkeys(languages, words))
    unique_ids = st.lists(ids, max_size=3, unique=True)
    categories = draw(unique_ids)
    takes = st.lists(st.sampled_from([*categories, "*"]), min_size=1, unique=True)
    products = draw(unique_ids)
    stages = draw(unique_ids)
    team_ids = draw(unique_ids)
    chats = st.lists(
        st.integers(-(2**51), -1), min_size=len(team_ids), max_size=len(team_ids), unique=True
    )
    remedies, places = draw(unique_ids), draw(unique_ids)
    guaranteed = draw(unique_ids) if remedies else []
    nudge = draw(some_periods.filter(lambda p: p.approximate() < timedelta(days=30_000)))
    return Config(
        brand=Brand(
            name=draw(words),
            languages=languages,
            default_language=draw(st.sampled_from(languages)),
            time_zone=draw(zone_names),
        ),
        teams=tuple(
            Team(
                id=team_id,
                title=draw(st.none() | titles),
                chat=draw(st.sampled_from([None, chat])),
                categories=(*dict.fromkeys([*draw(takes), "*"]),),
                working_hours=tuple(draw(st.lists(working_hours(), min_size=1, max_size=3))),
                time_zone=draw(st.none() | zone_names),
            )
            for team_id, chat in zip(team_ids, draw(chats), strict=True)
        ),
        categories=tuple(Category(id=each, title=draw(titles)) for each in categories),
        stages=tuple(Stage(id=each, title=draw(titles)) for each in stages),
        products=tuple(Product(id=each, title=draw(titles)) for each in products),
        limits=Limits(
            cooldown=draw(periods),
            asks=draw(st.integers(1, 100)),
            per=draw(some_periods),
            reminders=draw(st.integers(0, 1)),
            reminder_after=draw(some_periods),
            daily=draw(at_least),
            backlog=draw(at_least),
        ),
        window=draw(windows()),
        phrases=draw(phrases()),
        holidays=tuple(draw(st.lists(dates, max_size=3))),
        guardrail=Guardrail(
            share=draw(shares), at_least=draw(st.integers(1, 1000)), within=draw(some_periods)
        ),
        clocks=draw(clocks()),
        verification=Verification(after=draw(some_periods)),
        lift=Lift(events=draw(_several(event_types)), within=draw(some_periods)),
        nudge_after=nudge,
        file_after=Period(seconds=int(nudge.approximate().total_seconds()) + 60),
        places=tuple(draw(place(each, titles)) for each in places),
        remedies=tuple(_remedy(draw, each, titles, categories, places) for each in remedies),
        guarantees=tuple(
            Guarantee(
                id=each,
                title=draw(titles),
                remedy=draw(st.sampled_from(remedies)),
                proof=draw(st.sampled_from(Proof)),
                product=tuple(products[:1]),
                hours=tuple(draw(st.lists(guarantee_hours(), max_size=2))),
                per_customer=draw(st.integers(1, 1_000_000)),
                customer_period=draw(some_periods),
                per_place=draw(st.integers(1, 1_000_000)),
            )
            for each in guaranteed
        ),
        second_failure=SecondFailure(silence=draw(some_periods)),
        thanks=tuple(_thanks(draw, each, titles) for each in draw(unique_ids)),
        grants=Grants(
            per_grant=draw(amounts), per_person=draw(amounts), thanks_per_customer=draw(amounts)
        ),
        retention=Retention(updates=draw(some_periods)),
        webhooks=tuple(draw(receivers(each)) for each in draw(unique_ids)),
        schedules=tuple(
            _schedule(draw, each, languages, products, stages) for each in draw(unique_ids)
        ),
    )


@st.composite
def receivers(draw: st.DrawFn, receiver_id: str) -> Receiver:
    private = draw(st.booleans())
    urls = ["http://127.0.0.1:9000/", "http://shop.lan/a?b"] if private else ["https://a.example/"]
    return Receiver(
        id=receiver_id,
        url=draw(st.sampled_from(urls)),
        secret=draw(st.sampled_from(["SHOP_SECRET", "_A1"])),
        events=tuple(draw(st.lists(st.sampled_from(EVENTS), unique=True, min_size=1))),
        texts=draw(st.booleans()),
        allow_private=private,
        enabled=draw(st.booleans()),
    )


money = st.builds(Money, st.sampled_from(["EUR", "JPY", "KWD", "RUB"]), st.integers(1, 10**12))
amounts = st.lists(money, max_size=3, unique_by=lambda each: each.currency).map(tuple)


@st.composite
def place(draw: st.DrawFn, place_id: str, titles: st.SearchStrategy[dict[str, str]]) -> Place:
    """A place with its hours."""
    hours = st.builds(
        SlotHours,
        days=weekdays,
        opens=st.integers(0, 12 * 60).map(ClockTime),
        closes=st.integers(18 * 60, 24 * 60).map(ClockTime),
        length=st.integers(5, 6 * 60).map(lambda minutes: Period(minutes=minutes)),
        capacity=st.integers(1, 1_000_000),
    )
    return Place(
        id=place_id,
        title=draw(titles),
        address=draw(st.none() | words),
        time_zone=draw(st.none() | zone_names),
        slots=tuple(draw(st.lists(hours, min_size=1, max_size=2))),
        ahead=Period(days=draw(st.integers(1, 90))),
        notice=Period(hours=draw(st.integers(0, 7 * 24))),
    )


def _remedy(
    draw: st.DrawFn,
    remedy_id: str,
    titles: st.SearchStrategy[dict[str, str]],
    known: list[str],
    places: list[str],
) -> RemedyOption:
    kind = draw(st.sampled_from(RemedyKind))
    trusted = draw(st.none() | st.builds(Trusted, severity=st.integers(1, 5)))
    return RemedyOption(
        id=remedy_id,
        title=draw(titles),
        kind=kind,
        category=tuple(known[:1]),
        value=draw(money),
        places=tuple(places[:2]) if kind in (RemedyKind.PICK_UP, RemedyKind.REPAIR) else (),
        pool=draw(ids) if kind is RemedyKind.CODE else None,
        trusted=trusted,
        gesture=trusted is None and draw(st.booleans()),
    )


def _thanks(draw: st.DrawFn, rule_id: str, titles: st.SearchStrategy[dict[str, str]]) -> Thanks:
    return Thanks(
        id=rule_id,
        when=draw(st.sampled_from(Occasion)),
        title=draw(titles),
        kind=RemedyKind.CODE,
        pool=draw(ids),
        value=draw(st.none() | money),
    )


asks = st.sampled_from(
    ["Well?", "Hi {name}, how is {product}?\n\nYours, {brand}", "Ну как? {recent_change}"]
)


@st.composite
def schedule_words(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, object]:
    """The words of a schedule: the flow's, its own, or several."""
    texts = st.fixed_dictionaries(dict.fromkeys(languages, asks))
    names = draw(st.lists(ids, max_size=3, unique=True))
    if len(names) > 1:
        return {"variants": tuple(Variant(id=each, text=draw(texts)) for each in names)}
    return {"text": draw(texts)} if names else {}


@st.composite
def crons(draw: st.DrawFn) -> Cron:
    """Fixed times in every form that the configuration takes."""
    minute = draw(st.integers(0, 59))
    hours = draw(st.sampled_from(["*", "9", "0,12,23", "8-18", "*/6", "1-20/5"]))
    months = draw(st.sampled_from(["*", "1", "2-4", "mar,oct", "*/3", "3-11/2"]))
    days = draw(st.sampled_from(["*", "1", "15,28", "25-29", "*/7", "1-20/4"]))
    weekdays = draw(st.sampled_from(["*", "mon", "mon-fri", "sat,sun"])) if days == "*" else "*"
    return Cron.parse(f"{minute} {hours} {days} {months} {weekdays}")


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    """Every kind of trigger."""
    name = draw(event_types)
    return draw(
        st.one_of(
            st.builds(Trigger, event=st.just(name), after=periods | shares),
            st.builds(Trigger, event=st.just(name), before_end=some_periods),
            st.builds(Trigger, event=st.just(name), after=periods, gap=some_periods),
            st.builds(Trigger, silence=st.just(name), after=some_periods),
            st.builds(Trigger, cron=crons()),
        )
    )


def _schedule(
    draw: st.DrawFn,
    schedule_id: str,
    languages: tuple[str, ...],
    products: list[str],
    stages: list[str],
) -> Schedule:
    known_products = st.sampled_from(products) if products else words
    known_stages = st.sampled_from(stages) if stages else ids
    tags = draw(_several(words))
    return Schedule(
        id=schedule_id,
        when=draw(triggers()),
        unless=draw(_several(event_types)),
        audience=Audience(
            product=draw(_several(known_products)),
            tags=tags,
            without_tags=tuple(each for each in draw(_several(words)) if each not in tags),
            language=draw(_several(st.sampled_from(languages))),
            stage=draw(_several(known_stages)),
            time_zone=draw(_several(zone_names | st.just("Europe/*"))),
            value=draw(st.none() | st.builds(ValueRange, least=st.integers(-9, 9))),
            complaints=draw(
                st.none() | st.builds(ComplaintRange, most=st.integers(0, 9), within=some_periods)
            ),
        ),
        flow=draw(st.sampled_from(["trial_check_in", "purchase_check_in"])),
        window=draw(st.none() | windows()),
        cooldown=draw(periods),
        cap=draw(st.none() | st.builds(Cap, asks=st.integers(1, 100), per=some_periods)),
        priority=draw(st.integers(0, 100)),
        holdout=draw(shares),
        patience=draw(some_periods),
        grace=draw(some_periods),
        enabled=draw(st.booleans()),
        **draw(schedule_words(languages)),
    )
