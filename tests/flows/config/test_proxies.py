"""Which way leads to Telegram, and addresses of proxies that cannot be used."""

import pytest

from flows.config.proxies import Proxy, ProxyAddressError, parse_proxy, way_to

TELEGRAM = "https://api.telegram.org"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://proxy.example:3128", Proxy("http", "proxy.example", 3128)),
        (" HTTP://10.1.2.3:8080/ ", Proxy("http", "10.1.2.3", 8080)),
        ("socks5h://[::1]:1080", Proxy("socks5", "::1", 1080)),
        ("socks5://anna:p%40s%25%3A@p:1080", Proxy("socks5", "p", 1080, "anna", "p@s%:")),
        ("http://anna@p:3128", Proxy("http", "p", 3128, "anna")),
        ("http://анна:п:ароль@p:3128", Proxy("http", "p", 3128, "анна", "п:ароль")),
    ],
)
def test_an_address(address: str, expected: Proxy) -> None:
    assert parse_proxy(address) == expected
    assert "anna" not in f"{expected} {expected!r}"
    assert parse_proxy(str(expected)) == Proxy(expected.scheme, expected.host, expected.port)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("proxy.example:3128", "begins with its scheme, http:// or socks5://"),
        ("https://anna:SECRET@p:443", "not https://"),
        ("ftp://anna:SECRET@p:21", "the scheme is http:// or socks5://"),
        ("socks4://p:1080", "the scheme is http:// or socks5://"),
        ("http://anna:SECRET@p", "no port is named"),
        ("http://p:0", "no port is named"),
        ("http://p:99999", "no such host or port"),
        ("http://anna:SECRET@:3128", "no host is named"),
        ("http://p:3128/path", "nothing follows the port"),
        ("http://anna:SEC/RET@p:3128", "write / as %2F"),
        ("http://anna:SEC@RET@p:3128", "write @ as %40"),
        ("http://anna:SECRET%@p:3128", "write % as %25"),
        ("http://anna:SECRET%0D%0AX@p:3128", "no control characters"),
        ("http://:SECRET@p:3128", "comes with a name"),
        ("http://an%3Ana:SECRET@p:3128", "cannot hold a colon"),
        ("socks5://anna@p:1080", "both needed"),
        ("socks5://anna:СЕКРЕТ@p:1080", "ASCII"),
        ("http://a\r\nb:3128", "nothing follows the port"),
    ],
)
def test_a_wrong_address_is_told_without_it(address: str, expected: str) -> None:
    with pytest.raises(ProxyAddressError) as raised:
        parse_proxy(address)
    assert expected in str(raised.value)
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "setting", "environment", "expected"),
    [
        (TELEGRAM, "", {}, "directly"),
        (TELEGRAM, "socks5://p:1080", {"https_proxy": "http://q:1"}, "socks5://p:1080 (VERSO_"),
        ("http://127.0.0.1:8081", "socks5://p:1080", {"NO_PROXY": "*"}, "socks5://p:1080 (VERSO_"),
        (TELEGRAM, "direct", {"https_proxy": "http://q:1"}, "directly"),
        (TELEGRAM, "", {"HTTPS_PROXY": "http://q:1"}, "through http://q:1 (HTTPS_PROXY)"),
        (TELEGRAM, "", {"HTTPS_PROXY": "http://q:1", "https_proxy": "r:2"}, "http://r:2 (https_"),
        (TELEGRAM, "", {"HTTPS_PROXY": " ", "ALL_PROXY": "socks://q:1"}, "socks5://q:1 (ALL_PROXY"),
        (TELEGRAM, "", {"http_proxy": "http://q:1"}, "directly"),
        ("http://api.example:81", "", {"http_proxy": "http://q:1"}, "http://q:1 (http_proxy)"),
        ("http://127.0.0.1:8081", "", {"all_proxy": "http://q:1"}, "directly"),
        ("http://10.0.0.7:8081", "", {"all_proxy": "http://q:1"}, "directly"),
        ("http://bot-api:8081", "", {"all_proxy": "http://q:1"}, "directly"),
    ],
)
def test_which_way(url: str, setting: str, environment: dict[str, str], expected: str) -> None:
    assert expected in str(way_to(url, setting, environment))


@pytest.mark.parametrize(
    ("listed", "excepted"),
    [
        ("*", True),
        ("localhost, api.telegram.org", True),
        ("localhost .telegram.org", True),
        ("*.telegram.org", True),
        ("TELEGRAM.ORG:443", True),
        ("telegram.org:8443", False),
        ("gram.org", False),
        ("149.154.160.0/20,,", False),
        ("", False),
    ],
)
def test_servers_that_the_environment_excepts(listed: str, excepted: bool) -> None:
    way = way_to(TELEGRAM, "", {"HTTPS_PROXY": "http://q:1", "no_proxy": listed})
    assert (way.proxy is None) is excepted
    by_number = way_to("https://149.154.167.220", "", {"ALL_PROXY": "q:1", "NO_PROXY": listed})
    assert (by_number.proxy is None) is (listed in ("*", "149.154.160.0/20,,"))


def test_a_wrong_variable_is_named_with_a_way_out() -> None:
    with pytest.raises(ProxyAddressError) as raised:
        way_to(TELEGRAM, "", {"HTTPS_PROXY": "https://anna:SECRET@p:1"})
    said = str(raised.value)
    assert said.startswith("HTTPS_PROXY: a proxy is spoken to by http://")
    assert said.endswith("set VERSO_PROXY=direct.")
    assert "SECRET" not in said
