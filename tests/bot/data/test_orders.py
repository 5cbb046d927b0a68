"""Lists of orders name buyers by e-mail: each order finds its own, in its own shop, once."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.data.transfer.cells import Reading
from bot.data.transfer.errors import TransferError
from bot.data.transfer.importing import CUSTOMERS, ORDERS, Kind, Outcome, Summary, import_file
from bot.data.transfer.links import write_beside
from bot.data.uploads import put_items
from flows.entities import Account, Customer
from flows.identity.mails import mail_name
from storage.database import Database
from storage.repositories.base import all_of
from tests.bot.data.hooks.calling import Caller, calling
from tests.bot.making import NOW, everything
from tests.workbooks import Sheet, workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANNA, GUEST = "Anna@Example.com", "guest@example.org"
PLACED = "2026-05-01 09:00:00 +0000"
SHOP_CUSTOMERS = "Customer ID,First Name,Last Name,Email,Total Spent,Total Orders,Tags\n"


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with calling(database) as opened:
        yield opened


def table(*rows: dict[str, str]) -> str:
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def typed(content: str) -> list[list[Any]]:
    """The cells of a list, with numbers as a spreadsheet has them."""
    rows = csv.reader(io.StringIO(content))
    return [[float(cell) if cell.isdecimal() else cell or None for cell in row] for row in rows]


def shopify(number: int, mail: str, **told: str) -> dict[str, str]:
    row = {"Name": f"#{number}", "Email": mail, "Financial Status": "paid", "Created at": PLACED}
    row |= {"Lineitem quantity": "1", "Lineitem name": "Green Tea", "Lineitem price": "9.00"}
    row |= {"Billing Name": "Gregor", "Id": f"50{number}", "Cancelled at": "", "Phone": ""}
    return row | told


async def take_in(
    caller: Caller, folder: Path, content: str | bytes, kind: Kind | None = ORDERS
) -> Summary:
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    async def take(items: Any) -> list[Outcome]:
        async with caller.database.unit() as unit:
            found = await put_items(unit, caller.services, items, lambda _, told: told.reason)
            await unit.commit()
        return found

    reading = Reading("Europe/Berlin", "DE")
    return await import_file(
        path, kind, take, warn=lambda _: None, progress=lambda _: None, reading=reading
    )


async def people(caller: Caller) -> dict[str, str]:
    async with caller.database.reading() as unit:
        return {each.ref: each.name for each in await unit.find(Customer, all_of(Customer))}


async def bought(caller: Caller, ref: str) -> list[str]:
    async with caller.database.reading() as unit:
        customer = await unit.customers.by_ref(ref)
        assert customer is not None
        known = (await unit.schedules.events_of([customer.id])).get(customer.id, [])
    return sorted(f"{each.external_id} {each.product}" for each in known if not each.withdrawn_at)


async def test_an_order_finds_its_buyer_and_a_stranger_becomes_one(
    caller: Caller, tmp_path: Path
) -> None:
    await take_in(caller, tmp_path, f"{SHOP_CUSTOMERS}'77,Anna,K,{ANNA},9,1,eu\n", CUSTOMERS)
    # The first line of the order is dearer and no thing; the other is of the same order.
    first = shopify(3, ANNA.lower(), **{"Lineitem name": "Shipping Protection by Route"})
    first |= {"Lineitem price": "99.00"}
    more = shopify(3, ANNA.lower(), **{"Id": "", "Financial Status": "", "Billing Name": ""})
    rows = [first, more, shopify(2, GUEST), shopify(1, ""), shopify(4, ANNA, Id="504")]
    rows[-1]["Cancelled at"] = PLACED
    content = table(*rows)
    book = workbook(Sheet("Notes", [["call Anna"]]), Sheet("Orders", typed(content)))
    for counted, file in (("accepted", content), ("duplicate", content), ("duplicate", book)):
        summary = await take_in(caller, tmp_path, file, None)
        taken = summary.counts["accepted"] + summary.counts["duplicate"]
        assert (taken, summary.rejected) == (3, 1)
        assert summary.counts[counted] >= 2
    mail = mail_name("shopify:", GUEST)
    assert await people(caller) == {"shopify:77": "Anna K", mail: "Gregor"}
    name = "shopify:order:503"
    assert await bought(caller, "shopify:77") == [f"{name} Green Tea", f"{name}:placed Green Tea"]
    assert len(await bought(caller, mail)) == 2
    kept = (await everything(caller.database)).casefold()
    assert "example.com" not in kept
    assert "example.org" not in kept


async def test_the_shops_own_messages_and_its_list_tell_the_same_orders(
    caller: Caller, tmp_path: Path
) -> None:
    await take_in(caller, tmp_path, table(shopify(3, ANNA), shopify(4, ANNA)))
    moment = {"created_at": "2026-05-01T09:00:00Z", "updated_at": "2026-05-02T09:00:00Z"}
    told = {"id": 503, "customer": {"id": 77, "email": ANNA, "first_name": "Anna"}, **moment}
    told |= {"financial_status": "refunded", "line_items": [{"title": "Green Tea"}]}
    response = await caller.send("shopify", told, "orders/updated")
    assert response.status == 200
    # The record that the list has made is the one that the shop calls 77.
    assert await people(caller) == {"shopify:77": "Anna"}
    summary = await take_in(caller, tmp_path, table(shopify(3, ANNA), shopify(4, ANNA)))
    assert summary.counts == {"duplicate": 2}
    known = ["shopify:order:503:placed Green Tea", "shopify:order:504 Green Tea"]
    assert set(known) <= set(await bought(caller, "shopify:77"))
    assert "shopify:order:503 Green Tea" not in await bought(caller, "shopify:77")


async def test_a_door_that_somebody_has_come_through_is_nobody_elses(
    caller: Caller, tmp_path: Path
) -> None:
    await take_in(caller, tmp_path, table(shopify(3, ANNA)))
    mail = mail_name("shopify:", ANNA)
    async with caller.database.unit() as unit:
        linked = await unit.customers.by_ref(mail)
        assert linked is not None
        unit.add(Account(7, linked.id, NOW))
        await unit.commit()
    await take_in(caller, tmp_path, f"{SHOP_CUSTOMERS}77,Anna,K,{ANNA},9,1,eu\n", CUSTOMERS)
    assert set(await people(caller)) == {mail, "shopify:77"}
    assert len(await bought(caller, mail)) == 2


async def test_a_request_to_erase_finds_who_is_known_by_an_address_or_a_file(
    caller: Caller, tmp_path: Path
) -> None:
    await take_in(caller, tmp_path, f"{SHOP_CUSTOMERS}77,Anna,K,{ANNA},9,1,eu\n", CUSTOMERS)
    await take_in(caller, tmp_path, table(shopify(3, ANNA), shopify(2, GUEST)))
    for customer in ({"email": GUEST}, {"id": 77, "email": ANNA}):
        response = await caller.send("shopify", {"customer": customer}, "customers/redact")
        assert (await response.json())["status"] == "taken"
    assert await people(caller) == {}
    # What was bought before is no reason to know them again.
    summary = await take_in(caller, tmp_path, table(shopify(3, ANNA), shopify(2, GUEST)))
    assert summary.rejected == 2
    assert await people(caller) == {}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            table(
                {"order_id": "9", "order_date": "2026-05-01 09:00:00", "status": "wc-completed",
                 "customer_id": "5", "billing_email": ANNA, "billing_first_name": "Anna",
                 "billing_last_name": "K", "line_item_1": "name:Oolong|product_id:3|quantity:1"},
            ),
            ("woo:5", ["woo:order:9 Oolong", "woo:order:9:done Oolong",
                       "woo:order:9:placed Oolong"]),
        ),
        (
            table(
                {"Order Number": "9", "Order Status": "Processing",
                 "Order Date": "2026-05-01 09:00", "First Name (Billing)": "Anna",
                 "Last Name (Billing)": "K",
                 "Email (Billing)": ANNA, "Item Name": "Oolong", "Item Cost": "5"},
                {"Order Number": "9", "Order Status": "Processing",
                 "Order Date": "2026-05-01 09:00", "First Name (Billing)": "Anna",
                 "Last Name (Billing)": "K",
                 "Email (Billing)": ANNA, "Item Name": "Pu-erh", "Item Cost": "50"},
            ),
            (mail_name("woo:", ANNA), ["woo:order:9 Pu-erh", "woo:order:9:placed Pu-erh"]),
        ),
        (
            table(
                {"id": "ch_1", "Amount": "9.00", "Amount Refunded": "0.00", "Status": "Paid",
                 "Created (UTC)": "2026-05-01 09:00", "Description": "Oolong box",
                 "Customer ID": "", "Customer Email": ANNA, "PaymentIntent ID": "pi_1"},
                {"id": "ch_2", "Amount": "9.00", "Amount Refunded": "0.00", "Status": "Paid",
                 "Created (UTC)": "2026-05-01 09:00", "Description": "Subscription update",
                 "Customer ID": "", "Customer Email": ANNA, "PaymentIntent ID": "pi_2"},
                {"id": "ch_3", "Amount": "9.00", "Amount Refunded": "0.00", "Status": "Failed",
                 "Created (UTC)": "2026-05-01 09:00", "Description": "Oolong box",
                 "Customer ID": "", "Customer Email": ANNA, "PaymentIntent ID": "pi_3"},
            ),
            (mail_name("stripe:", ANNA), ["stripe:pi_1 Oolong box"]),
        ),
    ],
)  # fmt: skip
async def test_lists_of_others(
    caller: Caller, tmp_path: Path, content: str, found: tuple[str, list[str]]
) -> None:
    await take_in(caller, tmp_path, content)
    ref, events = found
    assert await bought(caller, ref) == events
    assert list(await people(caller)) == [ref]


async def test_links_are_written_beside_the_addresses_of_the_shops_own_list(
    caller: Caller, tmp_path: Path
) -> None:
    orders = table(shopify(3, ANNA), shopify(3, ANNA, Id=""), shopify(1, ""))
    await take_in(caller, tmp_path, orders)
    out = tmp_path / "mailing.csv"
    told = caller.database, caller.services, "lumen_bot", tmp_path / "list.csv", out
    assert await write_beside(*told) == (2, 1)
    with out.open(encoding="utf-8", newline="") as file:
        first, more, nobody = csv.DictReader(file)
    assert first["Email"] == ANNA
    assert first["verso_link"].startswith("https://t.me/lumen_bot?start=")
    assert not more["verso_link"]
    assert nobody["verso_link"] == ""


async def test_a_list_of_orders_is_no_list_of_customers_nor_the_other_way(
    caller: Caller, tmp_path: Path
) -> None:
    with pytest.raises(TransferError, match="verso import orders"):
        await take_in(caller, tmp_path, table(shopify(3, ANNA)), CUSTOMERS)
    book = workbook(Sheet("Notes", [["x"]]), Sheet("Orders", typed(table(shopify(3, ANNA)))))
    with pytest.raises(TransferError, match="verso import orders"):
        await take_in(caller, tmp_path, book, CUSTOMERS)
    with pytest.raises(TransferError, match="no export of orders"):
        await take_in(caller, tmp_path, f"{SHOP_CUSTOMERS}77,Anna,K,{ANNA},9,1,eu\n")
