"""Files that admins send: checked before anything changes, taken in once, whatever goes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, TimedOut

from bot.core.services import Services
from bot.core.words import Words
from bot.core.work import Work
from bot.data import history, uploads
from bot.data.upload_worker import BATCH, Uploads
from bot.identity.erasure import forget
from flows.entities import Upload
from flows.languages import SHIPPED
from storage.database import Database
from tests.bot.making import NOW, everything, services
from tests.databases import on_both

ADMIN = 5


@dataclass
class Telegram:
    """Keeps files, and fails when it is told to."""

    files: dict[str, bytes] = field(default_factory=dict)
    fails: list[Exception] = field(default_factory=list)
    fetched: int = 0
    sent: list[tuple[int, bytes, str, str]] = field(default_factory=list)

    async def fetch(self, file_id: str) -> bytes:
        self.fetched += 1
        if self.fails:
            raise self.fails.pop()
        return self.files[file_id]

    async def send_file(self, *given: Any) -> None:
        self.sent.append(given)


@dataclass
class Desk:
    """An admin's chat with a bot that has just been started."""

    database: Database
    services: Services
    telegram: Telegram = field(default_factory=Telegram)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.uploads = Uploads(
            self.database,
            self.services,
            fetch=self.telegram.fetch,
            send_file=self.telegram.send_file,
            committed=lambda unit: None,
        )

    async def work(self, action: Any, *arguments: Any) -> Any:
        async with self.database.unit() as unit:
            done = await action(Work(unit, NOW, self.services), *arguments)
            await unit.commit()
        return done

    async def send(self, content: str | bytes, name: str = "people.csv", lang: str = "en") -> None:
        data = content.encode() if isinstance(content, str) else content
        self.telegram.files[name] = data
        await self.work(uploads.accept, ADMIN, name, name, lang)

    async def settle(self) -> None:
        while await self.uploads.step():
            pass

    async def checked(self, content: str | bytes, **more: Any) -> str:
        """Send a file and give what the admin is told about it."""
        await self.send(content, **more)
        await self.settle()
        return (await self.said())[-1]

    async def said(self) -> list[str]:
        async with self.database.reading() as unit:
            rows = reversed(await unit.outbox.recent(100))
        return [str(row.params.get("text", "")) for row in rows]

    async def waiting(self) -> Upload | None:
        async with self.database.reading() as unit:
            found = await unit.find(Upload, _all_uploads())
        return found[0] if found else None

    async def confirm(self, person: int = ADMIN) -> Any:
        upload = await self.waiting()
        assert upload is not None
        return await self.work(uploads.confirm, upload.id, person, 7)

    async def buttons(self) -> dict[str, list[str]]:
        """The buttons of the newest message that has any, as what they carry, by their labels."""
        async with self.database.reading() as unit:
            rows = await unit.outbox.recent(100)
        markup = next(row.params["reply_markup"] for row in rows if "reply_markup" in row.params)
        return {
            each["text"]: each["callback_data"].split(":")
            for row in markup["inline_keyboard"]
            for each in row
        }

    async def answer(self, label: str, person: int = ADMIN) -> str:
        """Press a button of a question about columns; give the question that follows."""
        upload = await self.waiting()
        assert upload is not None
        *_, step, word = (await self.buttons())[label]
        said = await self.work(uploads.answer, upload.id, person, 7, int(step, 36), word)
        await self.settle()
        return (await self.said())[-1] if said else ""

    async def count(self) -> int:
        async with self.database.reading() as unit:
            return await unit.customers.count()


def _all_uploads() -> Any:
    from storage.repositories.base import all_of

    return all_of(Upload)


def people(numbers: Sequence[int], broken: int = 0) -> str:
    """Customers; every `broken`th row has a ref that a spreadsheet has made."""
    rows = [f"{'9.1E+12' if broken and n % broken == 0 else f'C-{n}'},Name {n}," for n in numbers]
    return "\n".join(["ref,name,phone", *rows]) + "\n"


@pytest.fixture
def desk(database: Database) -> Desk:
    given = services()
    given.words = Words.shipped()
    return Desk(database, given)


ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_good_rows_are_taken_and_bad_ones_sent_back(desk: Desk) -> None:
    told = await desk.checked(people(range(1, 101), broken=20))
    assert "100 rows with customers" in told
    assert "95 new customers" in told
    assert "5 rows with mistakes" in told
    assert "line 21: lines 21, 41, 61, 81, 101 have the same ref and differ in name" in told
    assert await desk.count() == 0
    assert await desk.confirm() is not None
    await desk.settle()
    assert await desk.count() == 95
    assert "95 new customers" in (await desk.said())[-1]
    [(chat, content, name, _)] = desk.telegram.sent
    assert (chat, name) == (ADMIN, "people.rejected.csv")
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "line,reason,ref,name,phone"
    assert len(lines) == 6
    assert lines[1].endswith("9.1E+12,Name 20,")
    assert await desk.waiting() is None


async def test_the_mended_rows_are_a_file_again(desk: Desk) -> None:
    await desk.checked(people(range(1, 21), broken=20))
    await desk.confirm()
    await desk.settle()
    assert b"a spreadsheet has shortened this number" in desk.telegram.sent[0][1]
    mended = desk.telegram.sent[0][1].replace(b"9.1E+12", b"9101234567890")
    assert "1 new customer" in await desk.checked(mended, name="mended.csv")


async def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    await desk.checked(people(range(30)))
    await desk.confirm()
    await desk.settle()
    before = await everything(desk.database)
    told = await desk.checked(people(range(30)))
    assert "30 unchanged" in told
    assert "nothing to import" in told
    assert await desk.waiting() is None
    assert (await everything(desk.database)).count("customers:") == before.count("customers:")


async def test_events_are_recognised_and_those_of_nobody_rejected(desk: Desk) -> None:
    await desk.checked("ref\nc-1\n")
    await desk.confirm()
    await desk.settle()
    rows = "e-1;c-1;purchase;2026-05-04T09:30:00Z\ne-2;c-9;purchase;2026-05-04T09:30:00Z\n"
    told = await desk.checked("id;customer;type;at\n" + rows, name="events.csv", lang="de")
    assert "2 rows with events" in told
    assert "1 new event\n" in told
    assert "line 3: no customer has the ref c-9" in told


BROKEN = """ref,name,time_zone,phone,value
C-1,A,Europe/Berln,,
,B,,,
C-2,C,,12ab,lots
C-3,D,,,1,,x
C-4,"E" F,,,
C-5,F,,,much
C-6,G,,,much
C-7,H,,,much
"""


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", "time_zone: expected an IANA time zone such as Europe/Berlin; did you mean"),
        ("ru", "time_zone: ожидается название часового пояса, например Europe/Berlin; может быть,"),
        ("zh", "time_zone：应为时区名称，例如 Europe/Berlin；是不是 Europe/Berlin？"),
    ],
)
async def test_mistakes_are_told_in_the_senders_language(desk: Desk, lang: str, says: str) -> None:
    told = await desk.checked(BROKEN, lang=lang)
    assert says in told
    if lang != "en":
        assert "expected" not in told
        assert "cells" not in told
    # Five lines are shown, and it is said that there are more.
    assert "3" in told.split("\n")[-1]
    rows = "e-1,C-77,purchase,2026-05-04T09:30:00Z\ne-2,C-77,purchase,soon\n"
    events = await desk.checked("id,customer,type,at\n" + rows, name="e.csv", lang=lang)
    assert desk.services.words.say(lang, "uploads.row_no_customer", ref="C-77") in events


async def test_a_list_brings_back_nobody_who_was_erased(desk: Desk) -> None:
    listed = "ref,name\nC-1,Anna\nC-2,Bob\nC-3,Cleo\n"
    await desk.checked(listed)
    await desk.confirm()
    await desk.settle()
    await desk.work(_forget, "C-1", "C-3")
    # Long after, when of other messages nobody knows any more how new they were.
    await desk.work(lambda work: work.unit.hooks.clear_marks(NOW + timedelta(days=1000), 100))
    said = await desk.checked(listed)
    assert said.splitlines()[2:] == [
        "1 unchanged",
        "2 rows with mistakes",
        "2 of these are of people who were erased here; a list brings nobody back",
        "line 2: this customer was erased since; a list brings nobody back",
        "line 4: this customer was erased since; a list brings nobody back",
        "",
        "Nothing in it is new, so there is nothing to import.",
    ]
    said = await desk.checked(
        "id,customer,type,at\ne,C-1,paid,2026-05-04T09:00:00Z\n", name="events.csv", lang="ru"
    )
    assert "этот клиент с тех пор удалён" in said


async def _forget(work: Work, *refs: str) -> None:
    for ref in refs:
        person = await work.unit.customers.by_ref(ref)
        assert person is not None
        await forget(work.unit, work.services, person, NOW)


async def test_killed_anywhere_it_goes_on_where_it_was(desk: Desk) -> None:
    total = BATCH * 4 + 7
    await desk.checked(people(range(1, total + 1), broken=50))
    await desk.confirm()
    for _ in range(3):
        await desk.uploads.step()
        desk.restart()
    await desk.settle()
    assert await desk.count() == total - total // 50
    upload_line = next(text for text in reversed(await desk.said()) if "The import is done" in text)
    assert f"{total - total // 50} new customers" in upload_line
    assert len(desk.telegram.sent[0][1].splitlines()) == total // 50 + 1


@ONE
async def test_only_the_sender_says_yes_and_only_once(desk: Desk) -> None:
    await desk.checked(people(range(3)))
    assert await desk.confirm(person=6) is None
    assert await desk.confirm() is not None
    assert await desk.confirm() is None


@ONE
async def test_a_file_that_is_left_is_forgotten(desk: Desk) -> None:
    await desk.checked(people(range(3)))
    upload = await desk.waiting()
    assert upload is not None
    assert await desk.work(uploads.dismiss, upload.id, ADMIN)
    assert not await desk.work(uploads.dismiss, upload.id, ADMIN)
    await desk.settle()
    assert await desk.count() == 0


@ONE
@pytest.mark.parametrize("lang", SHIPPED)
@pytest.mark.parametrize(
    ("content", "key", "shown"),
    [
        ("name\nx\n", "unknown_header", "people.csv"),
        ("", "unknown_header", "people.csv"),
        (b"PK\x03\x04", "workbook_broken", "people.csv"),
        ("ref,name,name\n1,2,3\n", "column_twice", "name"),
        ("ref,name\n\n", "empty", "people.csv"),
    ],
)
async def test_what_cannot_be_read_is_said(
    desk: Desk, content: str | bytes, key: str, shown: str, lang: str
) -> None:
    told = await desk.checked(content, lang=lang)
    pattern = desk.services.words.say(lang, f"uploads.{key}", name="\0", line="\0", column="\0")
    assert all(part in told for part in pattern.split("\0"))
    assert shown in told
    assert await desk.waiting() is None


@ONE
async def test_telegram_may_stutter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("bot.data.upload_worker.asyncio.sleep", sleep)
    desk.telegram.fails = [TimedOut(), TimedOut()]
    assert "3 new customers" in await desk.checked(people(range(3)))
    assert [pause for pause in pauses if pause] == [1.0, 2.0]
    desk.telegram.fails = [BadRequest("wrong file_id")]
    assert "could not be imported" in await desk.checked(people(range(9)))


@ONE
async def test_a_column_that_is_nearly_known_is_named(desk: Desk) -> None:
    assert "The column langage is not known; is it language?" in await desk.checked(
        "ref,langage\nc-1,ru\n"
    )


# -- columns that are not known -------------------------------------------------------------------

STRANGE = "Kd-Nr;Post;Vorname;Nachname;Tel;Notiz\n17;a@example.org;Anna;Berg;030 123456;\n"


@on_both
async def test_what_columns_are_is_asked_once(desk: Desk) -> None:
    assert "What is one row" in await desk.checked(STRANGE + "18;b@example.org;Bob;;;\n")
    upload = await desk.waiting()
    assert upload is not None
    assert await desk.work(uploads.answer, upload.id, ADMIN, 7, 0, "orders") is None
    assert await desk.answer("A customer", person=6) == ""
    told = await desk.answer("A customer")
    assert "Column 1 of 4. What is “Kd-Nr”?" in told
    assert told.endswith("• 17\n• 18")
    old = (await desk.buttons())["name"]
    await desk.answer("name")
    desk.restart()
    assert "“Kd-Nr”" in await desk.answer("Back")
    await desk.answer("None of these")
    # An address is nobody's number here, and a needed field that no column has is named.
    assert "addresses are not kept" in await desk.answer("customer’s number")
    for _ in range(3):
        told = await desk.answer("None of these")
    assert "none is: customer’s number" in told
    assert "What is one row" in await desk.answer("Start over")
    await desk.answer("A customer")
    await desk.answer("customer’s number")
    upload = await desk.waiting()
    assert upload is not None
    # A button of an earlier question says so and does nothing.
    stale = (upload.id, ADMIN, 7, int(old[3], 36), old[4])
    assert await desk.work(uploads.answer, *stale) is None
    await desk.answer("None of these")
    assert "customer’s number: Kd-Nr\nname: Vorname\n" in await desk.answer("name")
    await desk.answer("name")
    assert "2 new customers" in (await desk.said())[-1]
    await desk.confirm()
    await desk.settle()
    async with desk.database.reading() as unit:
        anna = await unit.customers.by_ref("17")
    assert anna is not None
    assert (anna.name, anna.phone) == ("Anna Berg", "")
    # The next file with these columns, in whatever order, is read so without a word.
    told = await desk.checked("Notiz;Tel;Nachname;Vorname;Post;Kd-Nr\n;;Y;Carl;;19\n", name="2.csv")
    assert "as you said of a file with the same ones" in told
    assert "1 new customer" in told


@ONE
async def test_columns_that_are_known_may_be_said_to_be_others(desk: Desk) -> None:
    await desk.checked("id,name,town\n1,Anna,Ulm\n")
    upload = await desk.waiting()
    assert upload is not None
    assert await desk.work(uploads.map_anew, upload.id, ADMIN, 7) is not None
    await desk.settle()
    for label in (
        "A customer",
        "name",
        "customer’s number",
        "That is all: show what it would change",
    ):
        assert await desk.answer(label)
    await desk.confirm()
    await desk.settle()
    async with desk.database.reading() as unit:
        assert await unit.customers.by_ref("Anna") is not None


# -- what was imported ----------------------------------------------------------------------------


@on_both
async def test_what_is_stopped_is_in_as_far_as_it_has_come(desk: Desk) -> None:
    await desk.checked(people(range(1, BATCH * 3 + 1), broken=50))
    going = await desk.confirm()
    await desk.uploads.step()
    assert await desk.work(history.stop, going.id, "admin:6") is not None
    desk.restart()
    await desk.settle()
    assert await desk.work(history.stop, going.id, "admin:6") is None
    taken = BATCH - BATCH // 50
    assert await desk.count() == taken
    assert f"Stopped after {BATCH} of {BATCH * 3} rows" in (await desk.said())[-1]
    assert len(desk.telegram.sent[0][1].splitlines()) == BATCH // 50 + 1
    async with desk.database.reading() as unit:
        [line] = await history.latest(unit, NOW, 9)
    assert (line.actor, line.state, line.row) == (f"admin:{ADMIN}", "stopped", BATCH)
    assert line.counts == {"created": taken, "rejected": BATCH // 50}


@ONE
async def test_a_command_that_was_killed_is_told_from_one_that_goes_on(desk: Desk) -> None:
    async def began(work: Work) -> None:
        history.begin(work, 7, "people.csv", "cli:ann", "customers", 0)

    await desk.work(began)
    async with desk.database.reading() as unit:
        for later, state in ((history.SILENT, "going"), (2 * history.SILENT, "failed")):
            assert [each.state for each in await history.latest(unit, NOW + later, 9)] == [state]
