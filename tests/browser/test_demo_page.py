"""The page itself: small and large, light and dark, accessible, quick, and honest when it fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.sandbox import Group, Person
from tests.browser.conftest import Demo, Eyes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TOPICS, MESSAGES = 200, 5_000


@pytest.fixture
def looks(browser: Any, demo: Demo) -> Iterator[Any]:
    """Opens pages of any size, and closes them."""
    opened: list[Eyes] = []

    def look(**options: Any) -> Eyes:
        opened.append(Eyes(browser, demo.url, **options))
        return opened[-1]

    yield look
    for eyes in opened:
        eyes.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (1024, 768), (1600, 900)])
def test_axe_finds_nothing_serious(looks: Any, size: tuple[int, int], scheme: str) -> None:
    width, height = size
    eyes = looks(viewport={"width": width, "height": height}, color_scheme=scheme)
    if width == 1600:
        eyes.open_topic("Peter")
        eyes.page.get_by_role("button", name="Underneath").click()
        eyes.page.get_by_text("The machinery behind it").click()
        eyes.page.locator("#panel table").first.wait_for()
    assert _serious(eyes) == []


def _serious(eyes: Eyes) -> list[tuple[str, list[str]]]:
    """What axe finds that keeps people out."""
    return [
        (v["id"], [n["html"][:120] for n in v["nodes"]][:3])
        for v in Axe().run(eyes.page).response["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(
    ("width", "scheme", "language", "title"),
    [
        (360, "dark", "zh-CN", "Verso 主动问顾客"),
        (1440, "light", "ru-RU", "Verso спрашивает клиентов"),
    ],
)
def test_the_first_screen(looks: Any, width: int, scheme: str, language: str, title: str) -> None:
    """In the reader's language, and left by keyboard; it does not come back."""
    size = {"width": width, "height": 800}
    eyes = looks(viewport=size, color_scheme=scheme, locale=language, new=True)
    start = eyes.page.locator("#start")
    expect(start.get_by_role("heading")).to_contain_text(title)
    assert start.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert _serious(eyes) == []
    start.locator(".doors button").first.focus()
    eyes.page.keyboard.press("Enter")
    eyes.page.locator("#tour p").wait_for()
    assert _serious(eyes) == []
    eyes.page.reload()
    eyes.page.locator("#tour p").wait_for()
    expect(start).to_be_hidden()


SHIFT = """new Promise((done) => {
  let sum = 0;
  const add = (list) => { for (const entry of list.getEntries()) sum += entry.value; };
  new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})"""
"""How much the page moved while it loaded; below 0.1 is called good."""
CUT = """[...document.querySelectorAll('#stage, .who *, #top button, #tour *, #tabs, .topic-meta')]
  .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
  .filter((e) => !['inline', 'contents'].includes(getComputedStyle(e).display))
  .map((e) => `${e.id || e.className}: ${e.textContent.slice(0, 40)}`)"""
"""What does not fit into its place."""


@pytest.mark.parametrize(
    ("width", "tour"),
    [(360, "left"), (768, "on"), (1024, "left"), (1280, "on"), (1440, "left"), (1920, "on")],
)
def test_nothing_sticks_out_or_jumps(looks: Any, width: int, tour: str) -> None:
    eyes = looks(viewport={"width": width, "height": 800}, tour=tour)
    wide = eyes.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    assert eyes.page.evaluate(SHIFT) < 0.1
    assert eyes.page.evaluate(CUT) == []
    for name in ("#top", "#tour", "#tabs", "#stage"):
        box = eyes.page.locator(name).bounding_box()
        assert box is None or box["x"] + box["width"] <= width + 1
    eyes.page.get_by_role("button", name="Tour", exact=True).click()
    assert eyes.page.evaluate(CUT) == []


def test_tabs_on_a_narrow_screen(looks: Any, demo: Demo) -> None:
    eyes = looks(viewport={"width": 360, "height": 740})
    tabs = eyes.page.locator("#tabs")
    tabs.get_by_role("button", name="Иван").click()
    expect(eyes.device("ivan")).to_be_visible()
    expect(eyes.device("emma")).to_be_hidden()
    said = demo.stage.people["tom"].say(demo.stage.group, "Who makes the tea?")
    demo.run(said)
    staff = tabs.get_by_role("button", name="Staff")
    staff.locator(".badge", has_text="1").wait_for()
    staff.click()
    eyes.device("staff").locator(".topics button", has_text="Who makes the tea?").click()
    eyes.reads("staff", "Who makes the tea?")
    eyes.press("staff", "All topics")
    eyes.device("staff").locator(".topics").wait_for()


def test_a_swipe_and_a_double_click_reply(looks: Any) -> None:
    """As in Telegram: on a phone to the left, with a mouse twice."""
    eyes = looks(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    eyes.page.locator("#tabs").get_by_role("button", name="Иван").click()
    bubble = eyes.device("ivan").locator(".row.bot .bubble").last
    replying = eyes.device("ivan").locator(".replying:not([hidden])")
    box = bubble.bounding_box()
    x, y = box["x"] + box["width"] - 12, box["y"] + 12
    touch = eyes.context.new_cdp_session(eyes.page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x - 90, "y": y + 4}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    replying.wait_for()
    eyes.press("ivan", "Do not reply")
    replying.wait_for(state="detached")
    bubble.dblclick(position={"x": 16, "y": 10})
    replying.wait_for()


def test_hostile_texts_are_only_texts(eyes: Eyes, demo: Demo) -> None:
    bad = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    demo.run(demo.stage.people["tom"].say(demo.stage.group, bad))
    eyes.open_topic("General", last="onerror")
    assert eyes.reads("staff", "onerror").inner_text() == bad
    expect(eyes.page).to_have_title("Verso demo: Lumen Tea")
    expect(eyes.device("staff").locator(".text img")).to_have_count(0)


def test_two_pages_at_once_and_one_opened_again(looks: Any) -> None:
    first, second = looks(), looks()
    first.open_topic("General")
    second.open_topic("General")
    first.say("staff", "Seen on both pages")
    second.reads("staff", "Seen on both pages")
    first.page.reload()
    first.open_topic("General")
    first.reads("staff", "Seen on both pages")


def test_a_lost_connection_is_said_and_mended(eyes: Eyes, demo: Demo) -> None:
    sockets = demo.stage.sandbox.server

    async def cut() -> None:
        for socket in list(sockets._sockets):
            await socket.close()

    with eyes.page.expect_websocket() as again:
        demo.run(cut())
        eyes.page.locator("#notice", has_text="The demo has stopped").wait_for()
    assert again.value.url.endswith("/control/events")
    eyes.page.locator("#notice:empty").wait_for(state="attached")
    eyes.open_topic("General")
    eyes.say("staff", "Back again")
    eyes.reads("staff", "Back again")


def test_an_outage_is_told(eyes: Eyes) -> None:
    eyes.page.get_by_role("button", name="Make trouble").click()
    eyes.page.get_by_role("menuitem", name="Telegram is down for a minute").click()
    eyes.page.locator("#notice", has_text="Telegram is down for").wait_for()
    eyes.page.get_by_role("button", name="Make trouble").click()
    eyes.page.get_by_role("menuitem", name="Let everything work again").click()
    eyes.page.locator("#notice:empty").wait_for(state="attached")


async def _fill(group: Group, mia: Person) -> None:
    """Many topics and messages, as after a busy month."""
    topics = [await group.create_topic(mia, f"#{900 + n} Topic") for n in range(TOPICS)]
    for n in range(MESSAGES):
        topic = topics[-1] if n % 2 else topics[n % TOPICS]
        await mia.say(group, f"Message {n} of a long list", thread=topic)


QUICK = """async () => {
  const field = document.querySelector('#device-staff textarea');
  const times = [];
  for (let i = 0; i < 15; i++) {
    const begun = performance.now();
    field.value += 'a';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}"""
"""How long a letter takes when nobody else wants the processor."""


TO_THE_TOP = """e => new Promise((done) => {
  e.scrollTop = 0;
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""
"""Scrolls up, and waits until that has been heard of and drawn."""


def test_stays_responsive_with_200_topics_and_5000_messages(browser: Any, quiet_demo: Demo) -> None:
    quiet_demo.run(_fill(quiet_demo.stage.group, quiet_demo.stage.people["mia"]))
    eyes = Eyes(browser, quiet_demo.url)
    eyes.open_topic(f"#{900 + TOPICS - 1} Topic")
    eyes.reads("staff", f"Message {MESSAGES - 1} ")
    shown = eyes.device("staff").locator(".log .row")
    assert shown.count() < 200
    assert eyes.page.evaluate(QUICK) < 100
    log = eyes.device("staff").locator(".log")
    for _ in range(12):
        log.evaluate(TO_THE_TOP)
    assert shown.count() < 250
    assert eyes.page.evaluate(QUICK) < 100
    eyes.press("staff", "To the newest message")
    eyes.reads("staff", f"Message {MESSAGES - 1} ")
    eyes.close()
