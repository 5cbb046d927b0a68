"""Playing a transcript: one customer, the real handlers, and a clock that jumps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot import wiring
from bot.book import stories
from bot.changes import changes, telling
from bot.core.callbacks import pack
from bot.core.delivery import Call
from bot.core.work import Work
from bot.data.items import EventItem
from bot.data.registration import put_events
from bot.desk import endings, membership, relay, tickets
from bot.dialogue.flow_context import SCHEDULE
from bot.lost import showing
from bot.lost import telling as lost
from bot.recovery import afterwards, granting, second
from bot.runtime.ticker import Ticker
from flows.asks.templates import schedule_from, templates
from flows.config import load_config
from flows.entities import (
    Candidate,
    Change,
    Conversation,
    Event,
    MissedItem,
    Outgoing,
    Praise,
    Remedy,
    SendResult,
    SendState,
    Story,
    Ticket,
    Timer,
)
from flows.entities.kinds import EntryKind, Role
from flows.entities.lifecycle import Person
from flows.money import Money, leading
from storage.database import Database
from tests.bot.dialogue.test_conversations import ask
from tests.bot.stage import STAFF_CHAT, Somebody, Stage, make_stage
from tests.transcripts import recalling
from tests.transcripts.coming import TAXI, somebody_is_faster
from tests.transcripts.reading import BRAND, STAFF, Script, Step, keyboard, message, read

MIRA_ID = 900
MIRA = Person(MIRA_ID, f"{STAFF} Berg")
MOMENTS = {
    "half of the trial is over": ("trial_check_in", "trial_box"),
    "some days after the delivery": ("purchase_check_in", "pro"),
    "after a long silence": ("check_in", ""),
}
"""When a customer is asked, and by which flow about which product."""
HERE, THANKED = "staff press that it is here now", "Mira says thank you"
TRUSTED, TAXIS, FASTER, PROMISED, ALLOWED, DONE, MORE, FLOWERS = (
    "small claims are trusted",
    "taxis are on offer",
    "somebody else is faster",
    "the receipt is promised",
    "a senior allows it",
    "the shop says that it is done",
    "a senior gives more than before",
    "a senior sends flowers",
)
ORDER, ARRIVED = "an order is placed", "the order has come"
EVENTS = {ORDER: "order_placed", ARRIVED: "order_delivered"}
"""What the shop's systems tell meanwhile, by what stands in the transcript."""
ON_ITS_WAY = {"carrier": "Nordpost", "delivery_day": "2026-05-16", "shipment_uuid": "8c1f"}
RATED_LOW = "the customer has rated a ride low"
ADA = Person(901, "Ada")
REMEDIES = """
categories: [{id: packaging, title: {en: P, ru: P, zh: P}}]
remedies:
  - id: part
    title: {en: The missing part, ru: Недостающая деталь, zh: 缺少的部件}
    kind: replacement
    category: packaging
    value: 4.00 EUR
    promise: PT16H
    trusted: {severity: 3, photo: true}
  - {id: refund, title: {en: Money back, ru: Возврат денег, zh: 退款}, kind: refund}
  - id: set
    title: {en: A whole new set, ru: Новый набор целиком, zh: 一整套新的}
    kind: replacement
    promise: PT16H
    after_second_failure: true
  - {id: flowers, title: {en: Flowers, ru: Цветы, zh: 鲜花}, kind: other, gesture: true}
grants: {per_grant: 20.00 EUR, senior_per_grant: 100.00 EUR}
"""
GUARANTEES = """
remedies:
  - {id: free, title: {en: Your tea, ru: Ваш чай, zh: 你的茶}, kind: refund, value: 6.00 EUR}
grants: {per_grant: 20.00 EUR}
guarantees:
  - id: no-receipt
    title: {en: "No receipt: your tea is free", ru: "Нет чека — чай даром", zh: 没给小票就免费}
    remedy: free
    proof: photo
entrances:
  - id: receipt-till
    title: {en: The till, ru: Касса, zh: 收银台}
    place: Lumen Tea House
    kind: guarantee
    guarantee: no-receipt
"""
WAITING = schedule_from(templates()["while-you-wait"], load_config("")).model_copy(
    update={"enabled": True}
)
FILE = {"file_id": "F1", "file_unique_id": "U1"}
SENT: Mapping[str, Mapping[str, Any]] = {
    "<photo>": {"photo": [{**FILE, "width": 1, "height": 1}]},
    "<voice message>": {"voice": {**FILE, "duration": 3}},
}
READING = timedelta(seconds=30)
"""So long people read what was answered before they go on."""
TYPING = timedelta(seconds=3)


async def play(database: Database, text: str) -> str:
    """Play a transcript; give it as it is now."""
    script = read(text)
    return await Play(await make_stage(database), script).through()


class Play:
    """One transcript that is being played."""

    def __init__(self, stage: Stage, script: Script) -> None:
        self.stage, self.script = stage, script
        self.person = Somebody(stage, 701, script.name, script.language)
        self.lines: list[str] = []
        self.seen = 0
        self.waiting: list[Outgoing] = []
        self.shown: dict[int, dict[str, Any]] = {}
        """What stands in the chat now, by the number of the message."""
        self.staff_words: dict[int, str] = {}
        self.ticker = Ticker(
            stage.database,
            stage.services,
            subjects=wiring.engine(),
            on_committed=lambda unit: stage.sent.extend(unit.committed),
            reload=self._nothing_new,
        )

    @staticmethod
    async def _mira_is_there(work: Work) -> None:
        """Whoever is met long after a group was bound counts as new, and may tell nobody yet."""
        before = work.now - timedelta(days=30)
        group = work.services.groups[STAFF_CHAT]
        await membership.came(replace(work, now=before), group, MIRA_ID, before)

    @staticmethod
    async def _nothing_new() -> None:
        """The configuration stays as it is."""

    async def through(self) -> str:
        """Play it from the first to the last line."""
        acts = {
            "say": self._say,
            "send": self._send,
            "press": self._press,
            "wait": self._wait,
            "open": self._open,
            "scan": self._scan,
            "moment": self._moment,
            "takes it": self._take,
            "answers": self._answer,
            "says what was done": self._resolve,
            "mends it for good": self._change,
            "writes what was mended": self._describe,
            "tells them": self._ship,
            "gives money back": self._refund,
            "takes it back": self._take_back,
            "asks to print it": self._print,
            "writes it": self._translate,
        }
        await self.stage.use(self._mira_is_there)
        for step in self.script.steps:
            await acts[step.act](step)
            await self._deliver()
        head = [f"# {self.script.title}", f"# {self.script.head}"]
        return "\n".join([*head, *self.lines]) + "\n"

    # -- what is put in --------------------------------------------------------------------

    async def _say(self, step: Step) -> None:
        self._note_said(step)
        await self.person.says(step.text, **self._reply(step))

    async def _send(self, step: Step) -> None:
        self._note_said(step)
        what, _, caption = step.text.partition(" ")
        if what not in SENT:
            what, caption = step.text, ""
        fields = {**SENT[what], **({"caption": caption} if caption else {}), **self._reply(step)}
        await self.stage.take(self.person.message(**fields))

    def _note_said(self, step: Step) -> None:
        self.stage.clock.moment += TYPING if step.at_once else READING
        how = ", right away" if step.at_once else ""
        how += f', replying to "{step.to}"' if step.to else ""
        if not step.at_once:
            self.lines.append("")
        first, *more = step.text.split("\n")
        self.lines += [f"{self.script.name}{how}: {first}", *(f"  {each}" for each in more)]

    def _reply(self, step: Step) -> dict[str, Any]:
        if not step.to:
            return {}
        number = self._find(lambda row: row["text"].startswith(step.to), step.to)
        bot = {"id": self.stage.services.bot_id, "is_bot": True, "first_name": BRAND}
        replied = {**self.person.body(text=self.shown[number]["text"]), "from": bot}
        return {"reply_to_message": {**replied, "message_id": number}}

    async def _press(self, step: Step) -> None:
        self.stage.clock.moment += READING
        under = f' under "{step.to}"' if step.to else ""
        self.lines += ["", f"{self.script.name} presses [{step.text}]{under}"]

        def has_it(row: Mapping[str, Any]) -> bool:
            labels = [label for buttons in keyboard(row) for label, _ in buttons]
            return step.text in labels and row["text"].startswith(step.to)

        number = self._find(has_it, step.text)
        data = {label: data for row in keyboard(self.shown[number]) for label, data in row}
        known = set(self.stage.answers)
        await self.person.presses(data[step.text], number)
        await self._deliver()
        for answer in (v for k, v in self.stage.answers.items() if k not in known):
            if answer.get("text"):
                self.lines.append(f"{BRAND}, for a moment: {answer['text']}")

    def _find(self, fits: Any, what: str) -> int:
        """Give the newest message in the chat that fits."""
        for number in sorted(self.shown, reverse=True):
            if fits(self.shown[number]):
                return number
        raise LookupError("\n".join([*self.lines, f"--- nothing in the chat has {what!r}"]))

    async def _wait(self, step: Step) -> None:
        """Let time pass, and everything happen at its moment that is due meanwhile."""
        self.lines += ["", f"({step.text})"]
        until = self.stage.clock.now() + step.after
        while (due := await self._next_due()) is not None and due <= until:
            self.stage.clock.moment = max(due, self.stage.clock.now() + timedelta(seconds=1))
            await self.ticker.run_due_now()
            await self._deliver()
        self.stage.clock.moment = max(until, self.stage.clock.now())
        await self.ticker.run_due_now()

    async def _next_due(self) -> datetime | None:
        conversations = await self.stage.all(Conversation)
        timers = await self.stage.all(Timer)
        moments = [each.due_at for each in (*conversations, *timers) if each.due_at is not None]
        moments += [row.not_before for row in self.waiting if row.not_before is not None]
        looks = [ticket.look_at for ticket in await self.stage.all(Ticket)]
        looks += [each.look_at for each in await self.stage.all(Candidate)]
        moments += [at for at in looks if at is not None]
        return min(moments, default=None)

    async def _open(self, step: Step) -> None:
        self.lines += ["", f"({self.script.name} opens the link of {step.text})"]
        await self.stage.known("C-1", "token-1", name=step.text)
        await self.person.says("/start token-1")

    async def _scan(self, step: Step) -> None:
        self.lines += ["", f"({self.script.name} scans the code of {step.text})"]
        await self.person.says(f"/start at-{step.text}")

    async def _moment(self, step: Step) -> None:
        self.lines += ["", f"({step.text})"]
        beside = {
            TRUSTED: self._trust,
            TAXIS: self._offer_taxis,
            FASTER: self._lose,
            PROMISED: self._promise,
            ALLOWED: self._allow,
            DONE: self._done,
            MORE: self._give_more,
            FLOWERS: self._send_flowers,
            **{words: partial(self._tell, kind) for words, kind in EVENTS.items()},
            HERE: self._say_it_is_here,
            THANKED: self._say_thanks,
            RATED_LOW: self._ask_about_the_rating,
        }
        if step.text in recalling.MOMENTS:
            self.stage.clock.moment += READING
            await recalling.MOMENTS[step.text](self.stage, self.person)
            return
        if step.text in beside:
            await beside[step.text]()
            return
        flow, product = MOMENTS[step.text]
        await ask(self.stage, self.person, flow, product)

    async def _tell(self, kind: str) -> None:
        """The shop tells of an order; people are told where it is while they wait."""
        services = self.stage.services
        if services.config.schedule(WAITING.id) is None:
            services.config = services.config.model_copy(update={"schedules": (WAITING,)})
        number = len(await self.stage.all(Event)) + 1
        item = EventItem(
            id=f"e-{number}",
            customer="C-1",
            type=kind,
            at=self.stage.clock.now(),
            product="pro",
            data=ON_ITS_WAY,
        )
        now = self.stage.clock.now()
        await self.stage.use(lambda work: put_events(work.unit, services, [item], now))

    async def _ask_about_the_rating(self) -> None:
        """In the words of the template for low ratings."""
        words = dict(templates()["low-rating"].schedule["text"])
        config = self.stage.services.config
        schedules = tuple(
            each.model_copy(update={"text": words}) if each.id == "low-rating" else each
            for each in config.schedules
        )
        self.stage.services.config = config.model_copy(update={"schedules": schedules})
        await ask(self.stage, self.person, "check_in", "", **{SCHEDULE: "low-rating"})

    # -- what staff do ---------------------------------------------------------------------

    async def _take(self, step: Step) -> None:
        self._note_staff("takes it")
        await self._at_the_ticket(lambda work, ticket: tickets.take(work, ticket, MIRA))

    async def _answer(self, step: Step) -> None:
        self._note_staff("answers", step.text)
        number = 7000 + len(self.stage.sent)
        self.staff_words[number] = step.text
        words = relay.Message(STAFF_CHAT, number, EntryKind.TEXT, step.text)
        await self._at_the_ticket(lambda work, ticket: relay.answer(work, ticket, MIRA, words))

    async def _resolve(self, step: Step) -> None:
        self._note_staff("says what was done", step.text)
        await self._at_the_ticket(
            lambda work, ticket: endings.resolve(work, ticket, MIRA, step.text)
        )

    async def _change(self, step: Step) -> None:
        """Write the change and tell it at once."""
        self._note_staff("mends it for good", step.text)
        await self._described(step.text)
        await self._shipped()

    async def _describe(self, step: Step) -> None:
        """Write the change, and tell nobody yet."""
        self._note_staff("writes what was mended", step.text)
        await self._described(step.text)

    async def _ship(self, step: Step) -> None:
        self._note_staff("tells them")
        await self._shipped()

    async def _described(self, text: str) -> None:
        ticket = await self._ticket()
        mira = Somebody(self.stage, MIRA_ID, STAFF)
        mira.chat = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
        await mira.presses(pack("t", "change", ticket.id))

        async def describe(work: Work) -> None:
            described = await changes.describe(work, await self._the_change(work), text)
            assert isinstance(described, Change)

        await self.stage.use(describe)

    async def _shipped(self) -> None:
        async def ship(work: Work) -> None:
            shipped = await telling.ship(work, await self._the_change(work), MIRA)
            assert isinstance(shipped, Change)

        await self.stage.use(ship)

    @staticmethod
    async def _the_change(work: Work) -> Change:
        found = await work.unit.changes.by_number(1)
        assert found is not None
        return found

    # -- what makes it right ---------------------------------------------------------------

    async def _trust(self) -> None:
        rules = load_config(REMEDIES)
        update = {"remedies": rules.remedies, "grants": rules.grants}
        self.stage.services.config = self.stage.services.config.model_copy(update=update)

    async def _offer_taxis(self) -> None:
        rules = load_config(TAXI)
        update = {"remedies": rules.remedies, "places": rules.places}
        self.stage.services.config = self.stage.services.config.model_copy(update=update)

    async def _lose(self) -> None:
        """Somebody else takes what the newest question is about."""
        asked = [each for each in self.shown.values() if keyboard(each)]
        await somebody_is_faster(self.stage, keyboard(asked[-1]))

    async def _promise(self) -> None:
        rules = load_config(GUARANTEES)
        names = ("remedies", "grants", "guarantees", "entrances")
        update = {name: getattr(rules, name) for name in names}
        self.stage.services.config = self.stage.services.config.model_copy(update=update)

    async def _take_back(self, step: Step) -> None:
        self._note_staff("takes it back", step.text)
        await self._at_the_remedy(
            lambda work, *found: afterwards.take_back(work, *found, MIRA, step.text)
        )

    async def _print(self, step: Step) -> None:
        self._note_staff("asks to print it")

        async def ask_author(work: Work, ticket: Ticket) -> None:
            story = await stories.of_ticket(work, ticket, MIRA)
            assert isinstance(story, Story)
            assert isinstance(await stories.ask(work, story), Story)

        await self._at_the_ticket(ask_author)

    async def _refund(self, step: Step) -> None:
        self._note_staff("gives money back", step.text)
        amount, why = leading(step.text)
        assert isinstance(amount, Money)

        async def give(work: Work, ticket: Ticket) -> None:
            remedy = await granting.offer(work, ticket)
            assert isinstance(remedy, Remedy)
            [refund] = [each for each in work.services.config.remedies if each.id == "refund"]
            await granting.give(
                work, remedy, ticket, granting.Choice(refund, amount, why, MIRA, Role.STAFF)
            )

        await self._at_the_ticket(give)

    async def _allow(self) -> None:
        self.stage.clock.moment += READING
        await self._at_the_remedy(
            lambda work, *found: granting.allow(work, *found, ADA, Role.SENIOR)
        )

    async def _give_more(self) -> None:
        self.stage.clock.moment += READING

        async def give(work: Work, ticket: Ticket) -> None:
            remedy = await granting.offer(work, ticket)
            assert isinstance(remedy, Remedy)
            [strongest, *_] = await granting.options(work, ticket)
            choice = granting.Choice(strongest, by=ADA, role=Role.SENIOR)
            assert isinstance(await granting.give(work, remedy, ticket, choice), Remedy)

        await self._at_the_ticket(give)

    async def _send_flowers(self) -> None:
        await self._trust()

        async def give(work: Work, ticket: Ticket) -> None:
            given = await second.give(work, ticket, "flowers", ADA, Role.SENIOR)
            assert isinstance(given, Remedy)

        await self._at_the_ticket(give)

    async def _say_it_is_here(self) -> None:
        self.stage.clock.moment += READING

        async def tell(work: Work) -> None:
            ((item_id, name),) = (await work.unit.lost.open_names(9)).items()
            assert await showing.back_in_stock(work, name.upper()) == (1, 1)
            item = await work.unit.get(MissedItem, item_id)
            assert item is not None
            assert isinstance(await lost.hold(work, item, MIRA, STAFF_CHAT), MissedItem)

        await self.stage.use(tell)

    async def _say_thanks(self) -> None:
        self.stage.clock.moment += READING
        (praise,) = await self.stage.all(Praise)
        mira = Somebody(self.stage, MIRA_ID, STAFF)
        mira.chat = {"id": STAFF_CHAT, "type": "supergroup", "title": "Staff"}
        await mira.presses(pack("e", "pt", praise.id))

    async def _done(self) -> None:
        self.stage.clock.moment += READING
        await self._at_the_remedy(lambda work, *found: afterwards.finish(work, *found, None))

    async def _at_the_remedy(self, act: Callable[..., Awaitable[Any]]) -> None:
        async def do(work: Work, ticket: Ticket) -> None:
            [*_, remedy] = await work.unit.remedies.of_ticket(ticket.id)
            await act(work, remedy, ticket)

        await self._at_the_ticket(do)

    async def _translate(self, step: Step) -> None:
        self._note_staff(f"writes it in {step.to}", step.text)

        async def write(work: Work) -> None:
            written = await changes.translate(
                work, await self._the_change(work), step.to, step.text
            )
            assert isinstance(written, Change)

        await self.stage.use(write)

    def _note_staff(self, what: str, words: str = "") -> None:
        self.stage.clock.moment += READING
        self.lines += ["", f"({STAFF} {what}{': ' if words else ''}{words})"]

    async def _at_the_ticket(self, act: Callable[[Work, Ticket], Awaitable[Any]]) -> None:
        newest = await self._ticket()

        async def do(work: Work) -> None:
            ticket = await work.unit.get(Ticket, newest.id)
            assert ticket is not None
            await act(work, ticket)

        await self.stage.use(do)

    async def _ticket(self) -> Ticket:
        found: list[Ticket] = await self.stage.all(Ticket)
        return max(found, key=lambda each: each.number)

    # -- what is seen ----------------------------------------------------------------------

    async def _deliver(self) -> None:
        """Let what was sent to the customer arrive, in its order, when its hour has come."""
        while True:
            rows = [*self.waiting, *self.stage.sent[self.seen :]]
            self.seen, self.waiting = len(self.stage.sent), []
            arriving: list[Outgoing] = []
            for row in rows:
                late = row.not_before is not None and row.not_before > self.stage.clock.now()
                (self.waiting if late else arriving).append(row)
            if not arriving:
                return
            for row in arriving:
                if row.chat_id == self.person.id:
                    await self._arrive(row)

    async def _arrive(self, written: Outgoing) -> None:
        row = written
        if row.method.startswith("@"):
            call = await self._composed(row)
            if not isinstance(call, Call):
                return
            row = replace(row, method=call.method, params=call.params)
        number = row.params.get("message_id")
        if row.method == "setMessageReaction":
            self.lines.append(f"{BRAND} reacts with {row.params['reaction'][0]['emoji']}")
        elif row.method == "editMessageReplyMarkup":
            self._take_buttons_away(int(row.params["message_id"]))
        elif row.method == "editMessageText":
            self.shown[int(row.params["message_id"])] = dict(row.params)
            self.lines.append(message(row.params, ", in its place"))
        elif row.method == "sendMessage":
            number = next(self.stage.message_ids)
            self.shown[number] = dict(row.params)
            self.lines.append(message(row.params))
        elif row.method == "copyMessage":
            number = next(self.stage.message_ids)
            words = {"text": self.staff_words[row.params["message_id"]]}
            self.shown[number] = words
            self.lines.append(message(words))
        else:
            raise LookupError(f"the customer sees nothing of {row.method}")
        await self._report(written, number)

    async def _composed(self, row: Outgoing) -> object:
        engine = wiring.engine()
        async with self.stage.database.reading() as unit:
            work = Work(unit, self.stage.clock.now(), self.stage.services)
            if row.method in engine.batch_composers:
                return (await engine.batch_composers[row.method](work, [row]))[row.id]
            return await engine.composers[row.method](work, row)

    def _take_buttons_away(self, number: int) -> None:
        if keyboard(self.shown.get(number, {})):
            beginning = self.shown[number]["text"].split("\n")[0][:24].rstrip()
            self.lines.append(f'(gone: the buttons under "{beginning}")')
            self.shown[number] = {**self.shown[number], "reply_markup": {}}

    async def _report(self, row: Outgoing, number: int | None) -> None:
        result = SendResult(row.id, SendState.SENT, self.stage.clock.now(), 1, message_id=number)
        async with self.stage.database.unit() as unit:
            await unit.outbox.record(self.stage.database.token, [result])
            await unit.commit()
        report = wiring.engine().reporters.get(row.purpose)
        if report is not None:
            body = {"message_id": number}
            await self.stage.use(lambda work: report(work, row, result, body, None))
