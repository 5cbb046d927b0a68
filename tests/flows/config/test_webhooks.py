"""Receivers of webhooks in the configuration, and which addresses everybody can reach."""

import pytest

from flows.config import ConfigError, diff_config, dump_config, load_config
from flows.config.addresses import is_inside, is_public
from flows.config.webhooks import EVENTS

SHOP = """webhooks:
  - id: shop
    url: {url}
    secret: SHOP_WEBHOOK_SECRET
"""
GOOD = SHOP.format(url="https://shop.example/verso?from=v")


def problem(source: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(source)
    assert len(caught.value.problems) == 1, str(caught.value)
    return str(caught.value)


def test_it_is_read_and_written_back() -> None:
    source = GOOD + "    events: [ticket.opened, notice.delivered]\n    texts: on\n"
    config = load_config(source)
    (shop,) = config.webhooks
    assert (shop.wants("ticket.opened"), shop.wants("ticket.resolved")) == (True, False)
    assert load_config(dump_config(config)) == config
    assert diff_config(load_config(GOOD), config) == [
        "webhooks[shop].events: * → ticket.opened, notice.delivered",
        "webhooks[shop].texts: false → true",
    ]
    everything = load_config(GOOD).webhooks[0]
    assert all(everything.wants(each) for each in EVENTS)
    assert not everything.model_copy(update={"enabled": False}).wants("ticket.opened")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://shop.example/verso", "https://, or allow_private: true"),
        ("https://127.0.0.1/", "an address on the internet, or allow_private: true"),
        ("https://[::1]/", "an address on the internet"),
        ("https://169.254.169.254/latest", "an address on the internet"),
        ("https://10.1.2.3:8443/", "an address on the internet"),
        ("https://localhost/", "an address on the internet"),
        ("https://shop.internal/", "an address on the internet"),
        ("https://shop/", "an address on the internet"),
        ("https://anna:secret@shop.example/", "without a user name"),
        ("https://shop.example\\\\@127.0.0.1/", "without a user name"),
        ("https://shop.example/#there", "an address such as"),
        ("ftp://shop.example/", "an address such as"),
        ("https://shop.example:99999/", "an address such as"),
        ("https:///verso", "an address such as"),
        ("shop.example", "an address such as"),
        ("https://shop.example/" + "a" * 1000, "an address such as"),
    ],
)
def test_a_wrong_address_is_told_with_its_line(url: str, expected: str) -> None:
    found = problem(SHOP.format(url=f'"{url}"'))
    assert found.startswith("verso.yaml, line 3, webhooks[0].url: found ")
    assert expected in found


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/hook", "http://shop.lan/", "https://[::1]/"]
)
def test_a_private_one_is_taken_where_that_is_said(url: str) -> None:
    source = SHOP.format(url=f'"{url}"') + "    allow_private: true\n"
    assert load_config(source).webhooks[0].url == url


def test_an_event_that_nothing_emits_is_refused_with_those_that_there_are() -> None:
    found = problem(GOOD + "    events: [ticket.opened, ticket.reslved]\n")
    assert "line 5, webhooks[0].events[1]: found 'ticket.reslved'" in found
    assert "ticket.resolved" in found
    assert "Did you mean 'ticket.resolved'?" in found
    for name in EVENTS:
        assert name in found


def test_the_secret_itself_is_refused() -> None:
    found = problem(GOOD.replace("SHOP_WEBHOOK_SECRET", "whsec_abc"))
    assert "the name of an environment variable" in found
    assert "line 4, webhooks[0].secret" in found
    assert "twice" not in problem(GOOD + GOOD.replace("webhooks:\n", ""))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1%eth0",
        "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a00:1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "shop.example", "",
    ],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_public(address: str) -> None:
    assert is_public(address)
    assert not is_inside(address)


def test_names_of_a_network_of_one_s_own() -> None:
    for name in ("localhost", "shop", "a.LOCALHOST.", "db.internal", "printer.local", "[::1]"):
        assert is_inside(name), name
    assert not is_inside("shop.example")
