"""Chats in a real browser: languages, files, reactions, blocks, and a bot that is killed."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Eyes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

IDS = "all => all.map((e) => e.dataset.topic)"
NEW = "Nobody has it yet"
"""The last words in a new topic of somebody who has complained before: nothing calls a senior, as
nobody has said that it is of the same kind."""


@pytest.mark.parametrize(
    ("who", "words", "received"),
    [
        ("olga", "Крышка не закрывается.", "Записано под номером"),
        ("lina", "盖子盖不上。", "已记为"),
    ],
)
def test_a_conversation_in_each_language(eyes: Eyes, who: str, words: str, received: str) -> None:
    """Russian and Chinese; the tour goes through the English one."""
    if who == "lina":
        eyes.press(who, "Open the link")
        eyes.device(who).locator("[data-data='u:agree']").click()
        eyes.device(who).locator("[data-data='u:agree']").wait_for(state="detached")
    else:
        eyes.phone(who)
    eyes.say(who, words)
    eyes.device(who).locator("[data-data$=':skip']").first.wait_for()
    eyes.skip_to_the_end(who)
    eyes.reads(who, received)
    eyes.open_topic({"olga": "Ольга Соколова", "lina": "李娜"}[who], last=NEW)
    eyes.reads("staff", words)


def test_an_album_reaches_the_staff_whole(eyes: Eyes) -> None:
    eyes.attach("ivan", "A sample album of three")
    eyes.device("ivan").locator(".own .album .photo").nth(2).wait_for()
    expect(eyes.device("ivan").locator(".own .album")).to_have_count(1)
    eyes.device("ivan").locator("[data-data$=':skip']").first.wait_for()
    eyes.skip_to_the_end("ivan")
    eyes.open_topic("Иван", last="Photo")
    eyes.device("staff").locator(".album .photo").nth(2).wait_for()
    image = eyes.device("staff").locator(".album img").first
    image.scroll_into_view_if_needed()
    eyes.page.wait_for_function(
        "() => { const i = document.querySelector('#device-staff .album img');"
        " return i.complete && i.naturalWidth > 0 }"
    )


def test_all_kinds_of_messages_are_shown(eyes: Eyes, tmp_path: Any) -> None:
    eyes.say("sam", "/stats")
    eyes.reads("sam", "The last 90 days")
    expect(eyes.device("sam").locator(".status")).to_have_text("bot")  # no longer "typing…"
    eyes.attach("sam", "A sample voice message")
    eyes.device("sam").locator(".voice").wait_for()
    eyes.attach("sam", "A sample document")
    eyes.device("sam").locator(".file", has_text="invoice-1042.txt").wait_for()
    eyes.attach("sam", "My location")
    eyes.device("sam").locator(".place").wait_for()
    eyes.attach("sam", "My contact")
    eyes.device("sam").locator(".file", has_text="Sam Lumen").wait_for()
    note = tmp_path / "note.txt"
    note.write_text("two lines\nof text")
    eyes.device("sam").locator("input[type=file]").set_input_files(note)
    eyes.device("sam").locator(".file", has_text="note.txt").wait_for()


def test_edit_react_reply_and_delete(eyes: Eyes) -> None:
    eyes.open_topic("General")
    eyes.say("staff", "Tea at <i>four</i>?")
    eyes.reads("staff", "Tea at <i>four</i>?")
    row = eyes.device("staff").locator(".row.own").last
    eyes.menu(row, "Edit")
    eyes.say("staff", "Tea at five?")
    eyes.reads("staff", "Tea at five?")
    row = eyes.device("staff").locator(".row.own").last
    expect(row).to_contain_text("edited")
    row.hover()
    row.get_by_role("button", name="What to do with this message").click()
    eyes.page.get_by_role("menuitem", name="React with 👍").click()
    row.locator(".reaction.mine").wait_for()
    eyes.menu(row, "Reply")
    eyes.say("staff", "Yes.")
    eyes.device("staff").locator(".row.own .quoted", has_text="Tea at five?").wait_for()
    eyes.menu(eyes.device("staff").locator(".row.own").last, "Delete for everybody")
    eyes.device("staff").locator(".quoted", has_text="Tea at five?").wait_for(state="detached")


def test_block_and_unblock(eyes: Eyes) -> None:
    eyes.press("ivan", "Chat menu")
    eyes.page.get_by_role("menuitem", name="Block the bot").click()
    eyes.device("ivan").get_by_text("blocked by you").wait_for()
    expect(eyes.device("ivan").locator("textarea")).to_have_count(0)
    eyes.press("ivan", "Unblock the bot")
    eyes.device("ivan").locator("textarea").wait_for()


def test_commands_are_offered(eyes: Eyes) -> None:
    eyes.press("ivan", "Commands")
    menu = eyes.page.get_by_role("menu", name="Commands")
    expect(menu).to_contain_text("/complain")
    eyes.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)


def test_killed_in_mid_conversation_nothing_is_lost(eyes: Eyes, demo: Demo) -> None:
    before = demo.stage.process.pid
    filed = eyes.device("ivan").locator(".text", has_text="Записано под номером")
    earlier = filed.count()
    eyes.say("ivan", "/complain")
    eyes.device("ivan").locator("[data-data$=':discard']").last.wait_for()
    eyes.page.get_by_role("button", name="Make trouble").click()
    eyes.page.get_by_role("menuitem", name="Kill the bot (SIGKILL)").click()
    eyes.page.locator("#notice", has_text="The bot is down").wait_for()
    eyes.say("ivan", "Первое, что я хотел сказать.")
    eyes.say("ivan", "И второе.")
    one = eyes.device("ivan").get_by_label("Sent, the bot has not fetched it yet")
    one.nth(1).wait_for()
    eyes.page.locator("#notice").get_by_role("button", name="Start the bot").click()
    eyes.page.locator(".bot-state.running").wait_for()
    assert demo.stage.process.pid not in {None, before}
    one.first.wait_for(state="detached")
    eyes.device("ivan").locator("[data-data$=':skip']").first.wait_for()
    eyes.skip_to_the_end("ivan")
    filed.nth(earlier).wait_for()
    number = re.search(r"#\d+", filed.nth(earlier).inner_text())
    assert number
    eyes.open_topic(f"{number[0]} ", last=NEW)
    eyes.reads("staff", "Первое, что я хотел сказать.")
    eyes.reads("staff", "И второе.")
    assert eyes.reads("staff", "И второе.").inner_text().count("И второе.") == 1


def test_a_deleted_topic_comes_back_with_the_next_words(eyes: Eyes) -> None:
    eyes.phone("olga")
    topics = eyes.device("staff").locator(".topics button", has_text="Ольга")
    before = "".join(f":not([data-topic='{each}'])" for each in topics.evaluate_all(IDS))
    eyes.say("olga", "/complain")
    eyes.device("olga").locator("[data-data$=':discard']").last.wait_for()
    eyes.say("olga", "Банка треснула.")
    eyes.device("olga").locator("[data-data$=':skip']").last.wait_for()
    eyes.skip_to_the_end("olga")
    fresh = eyes.device("staff").locator(f".topics button{before}", has_text="Ольга")
    fresh.filter(has_text=NEW).wait_for()
    # One look: what it says can be replaced meanwhile. And not what is rendered of it, as a line
    # that has only just been put there is without any until the next frame.
    deleted, name = fresh.evaluate("e => [e.dataset.topic, e.querySelector('b').textContent]")
    number = re.search(r"#\d+", name)
    assert number, name
    fresh.click()
    eyes.press("staff", "Topic menu")
    eyes.page.get_by_role("menuitem", name="Delete the topic").click()
    # Gone is this topic: a card that was due in it may already have opened the ticket's next one.
    eyes.device("staff").locator(f".topics button[data-topic='{deleted}']").wait_for(
        state="detached"
    )
    eyes.say("olga", "И ещё крышка.")
    eyes.device("staff").locator(
        f".topics button:not([data-topic='{deleted}'])", has_text=f"{number[0]} "
    ).click()
    eyes.reads("staff", "И ещё крышка.")


def test_a_guarantee_at_the_till_in_five_clicks(eyes: Eyes) -> None:
    eyes.page.evaluate(
        "() => { window.clicks = 0; addEventListener('click', () => window.clicks++, true) }"
    )
    eyes.press("lina", "Chat menu")
    eyes.page.get_by_role("menuitem", name="Scan the code at the till").click()
    eyes.reads("lina", "没给小票，这杯茶免费")
    eyes.attach("lina", "A sample photo")
    told = eyes.reads("lina", "没给小票，这杯茶免费（#").inner_text()
    number = re.search(r"#\d+", told)
    assert number
    eyes.open_topic(f"{number[0]} ")
    eyes.reads("staff", "was granted at once")
    assert eyes.page.evaluate("window.clicks") == 5
