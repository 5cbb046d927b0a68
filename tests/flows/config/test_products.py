"""Products are called as people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.config import ConfigError, load_config
from flows.config.products import is_title, main_first, plain_title

SHOP = """
products:
  - {id: pro, title: {en: Pro, ru: Про, zh: 专业版}, also: [prod_QXg1hqf4jFNsqG, "IPod Nano - 8gb"]}
  - {id: tea, title: {en: Green Tea, ru: Зелёный чай, zh: 绿茶}, also: "Tea &#8211; 100&nbsp;g"}
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Green Tea &#8211; 100&nbsp;g &amp; Tin", "Green Tea – 100 g & Tin"),
        ('Mug - <span style="color:red">Red</span>, Large', "Mug - Red , Large"),
        ("<b>Organic</b> Tea &amp; Tin", "Organic Tea & Tin"),
        ("O&amp;#8217;Brien", "O’Brien"),
        ("&lt;b&gt;Tea&lt;/b&gt;\nof the day", "Tea of the day"),
        ("Tea < 5 g > 3 g", "Tea < 5 g > 3 g"),
    ],
)
def test_titles_are_read_as_people_read_them(written: str, read: str) -> None:
    assert plain_title(written) == read


@given(st.text(max_size=60))
def test_a_plain_title_stays_as_it_is(text: str) -> None:
    once = plain_title(text)
    assert once.isprintable()
    assert "\n" not in once


@pytest.mark.parametrize("name", ["Green Tea 100 g", "IPod Nano - 8gb", "Sencha", "绿茶", "чай"])
def test_titles(name: str) -> None:
    assert is_title(name)


@pytest.mark.parametrize(
    "name", ["prod_QXg1hqf4jFNsqG", "pro", "monthly-box", "SKU-0041", "PRO", "632910392", "", "2 4"]
)
def test_ids_are_no_titles(name: str) -> None:
    assert not is_title(name)


def test_services_are_not_what_an_order_is_about() -> None:
    lines = [("Shipping Protection by Route", 9.0), ("Tin", 3.0), ("Green Tea 100 g", 5.0)]
    assert main_first(lines) == [2, 1]
    assert main_first([("Gift wrapping", 1.0)]) == [0]


def test_a_product_is_known_by_all_its_names() -> None:
    config = load_config(SHOP)
    names = ["pro", "Про", "prod_QXg1hqf4jFNsqG", "IPod Nano - 8gb"]
    assert {config.product_called(name) for name in names} == {"pro"}
    assert config.product_called("Tea – 100 g") == "tea"
    assert config.product_called("Teapot") == ""
    assert "prod_QXg1hqf4jFNsqG" in config.product_names(["pro"])


def test_a_name_is_one_products() -> None:
    with pytest.raises(ConfigError, match=r"the name .*IPod.* again"):
        load_config(SHOP.replace('"Tea &#8211; 100&nbsp;g"', '"IPod Nano - 8gb"'))
    with pytest.raises(ConfigError, match="another product's names"):
        load_config(SHOP.replace('"Tea &#8211; 100&nbsp;g"', "pro"))
