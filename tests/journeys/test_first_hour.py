"""A shop owner's first hour: two files from the shop as they are, a schedule by buttons, an ask.

No script, no column is renamed, and nobody is registered by hand.
"""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from flows.entities import Customer
from storage.repositories.base import all_of
from tests.journeys.world import CONFIG, World, press, until_noon, world

pytestmark = pytest.mark.journey

CUSTOMERS = [
    *("Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing"),
    *("Default Address Company", "Default Address Address1", "Default Address Address2"),
    *("Default Address City", "Default Address Province Code", "Default Address Country Code"),
    *("Default Address Zip", "Default Address Phone", "Phone", "Accepts SMS Marketing"),
    *("Total Spent", "Total Orders", "Note", "Tax Exempt", "Tags"),
]
ORDERS = [
    *("Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at"),
    *("Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total"),
    *("Discount Code", "Discount Amount", "Shipping Method", "Created at"),
    *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price"),
    *("Lineitem sku", "Lineitem requires shipping", "Lineitem taxable"),
    *("Lineitem fulfillment status", "Billing Name", "Billing Street", "Billing Country"),
    *("Billing Phone", "Shipping Name", "Shipping Country", "Notes", "Cancelled at"),
    *("Payment Method", "Refunded Amount", "Vendor", "Id", "Tags", "Risk Level", "Source"),
    *("Lineitem discount", "Phone"),
]
"""What Shopify writes into its two exports, in its order; most of the addresses are left out."""
BUYERS = CONFIG.partition("schedules:")[0]


@pytest.fixture
async def w(database_url: str) -> AsyncIterator[World]:
    async with world(database_url, config=BUYERS, start_at=until_noon()) as made:
        yield made


def export(columns: list[str], *rows: dict[str, str]) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def customers() -> bytes:
    anna = {"Customer ID": "'9013808660772", "First Name": "Anna", "Last Name": "Köhler"}
    anna |= {"Email": "Anna.Koehler@example.com", "Phone": "+49 (0)151 23456789"}
    anna |= {"Total Spent": "29.95", "Total Orders": "1", "Tags": "eu, tea"}
    boris = {"Customer ID": "'9013808660773", "First Name": "Boris", "Email": "b@example.com"}
    return export(CUSTOMERS, anna | {"Note": "Calls\noften"}, boris | {"Total Spent": "0.00"})


def orders(w: World) -> bytes:
    placed = f"{w.now() - timedelta(days=1):%Y-%m-%d %H:%M:%S} +0000"
    first = {"Name": "#1003", "Email": "anna.koehler@example.com", "Financial Status": "paid"}
    first |= {"Paid at": placed, "Created at": placed, "Id": "5003000000001"}
    first |= {"Billing Name": "Anna Köhler", "Lineitem quantity": "1"}
    first |= {"Lineitem name": "Shipping Protection by Route", "Lineitem price": "99.00"}
    more = {"Name": "#1003", "Email": "anna.koehler@example.com", "Created at": placed}
    more |= {"Lineitem quantity": "2", "Lineitem price": "12.45"}
    more |= {"Lineitem name": "Darjeeling &amp; Tin &#8211; 100 g"}
    guest = first | {"Name": "#1002", "Email": "guest@example.org", "Id": "5003000000002"}
    guest |= {"Billing Name": "Gregor Guest", "Lineitem name": "Sencha"}
    return export(ORDERS, first, more, guest)


async def take_in(w: World, content: bytes, name: str, what: str) -> None:
    await w.admin.send(w.bot, "document", content, name=name)
    await w.told(w.admin, what)
    await press(w.admin, w.bot, "i:yes", what, inside=True)
    await w.told(w.admin, "The import is done", where=lambda m: name in m.text)


async def link_of(w: World, ref: str) -> str:
    async with w.http.get(f"/api/v1/customers/{ref}") as answer:
        told: dict[str, Any] = await answer.json()
    return str(told["link"]).rpartition("=")[2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_two_exports_and_a_few_presses_lead_to_the_first_ask(w: World) -> None:
    await take_in(w, customers(), "customers_export.csv", "2 new customers")
    await take_in(w, orders(w), "orders_export_1.csv", "2 orders")

    await w.admin.command(w.bot, "schedules")
    name = "after-purchase"
    for action in (
        *("s:n", f"s:np:{name}", f"s:nc:{name}:-:P3D:", f"s:ny:{name}:-:P3D:", f"s:on:{name}"),
        *(f"s:e:{name}:hold", f"s:v:{name}:hold:0%:"),
    ):
        await press(w.admin, w.bot, action, inside=True)
    await w.told(w.admin, "10% → 0%")

    anna = await w.customer()
    await anna.start(w.bot, await link_of(w, "shopify:9013808660772"))
    await anna.press(await w.told(anna, "May we also ask"), data="u:agree")
    await w.app.settle()
    await w.advance(days=2, hours=1)
    asked = await w.told(anna, "How do you get on with")
    assert "Hello Anna" in asked.text
    assert "Darjeeling & Tin – 100 g" in asked.text

    # Who has bought as a guest is known, too, and comes by a link of their own.
    async with w.app.database.reading() as unit:
        people = await unit.find(Customer, all_of(Customer))
    [guest] = [each for each in people if each.name == "Gregor Guest"]
    assert "guest@example.org" not in str(guest)
