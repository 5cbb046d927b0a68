"""The whole loop without a page: played by people of the sandbox, told as a story or a protocol.

Real bot, real process, real protocol; days pass on the virtual clock. Every message that somebody
was promised is waited for; one that does not come makes the script fail and say which.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.demo import business
from bot.demo.launch import running_demo
from bot.demo.lines import (
    ALSO,
    ANSWER,
    CHANGED,
    EMMA_SAID,
    FAILED,
    FREE,
    IVAN_SAID,
    KEPT,
    LATER,
    LINA_SAID,
    OVERDUE,
    PNG,
    SAID,
    SORRY,
    TITLE,
)
from bot.demo.panel import Panel
from bot.demo.playing import Place, press, ship, write_also
from bot.demo.stage import Stage, StageError
from bot.demo.story import CUSTOMER, SHOP, Story, takes_colour, terminal_width
from bot.demo.transcript import WIDTH, Say, Transcript
from bot.sandbox import SandboxError, Seen
from flows.changes.telling import HELD_BACK

PLAN_SECONDS, PLAN_PAUSE = 20.0, 0.1
NIGHT_ASKS = 3
"""Trials whose middle lies in the night: Emma's, Lina's and Olga's."""


class BrokenPromise(Exception):
    """A message that somebody was promised did not arrive."""


class Play:
    """The people's parts, scene by scene."""

    def __init__(self, stage: Stage, say: Say, story: Story) -> None:
        self._stage, self._say, self._tale = stage, say, story
        self.kept: list[str] = []
        """Promises that were kept."""
        self._put_off = 0
        """Number of the press with which Olga put the question off."""

    async def whole(self) -> None:
        """Play all scenes. Raises BrokenPromise when a promised message did not arrive."""
        stage = self._stage
        now = await stage.sandbox.now()
        await stage.pass_time(business.opening_moment(now) - now)
        self._scene("KNOW: the business registers its customers; they open their links")
        await stage.register()
        await self._chapter("Four customers open the link on their receipt, and may be asked.")
        for key in (*SAID, "olga"):
            await self._arrives(key)
        await self._forward()
        await stage.report(business.script_events(await stage.sandbox.now()))
        await self._plan()
        await self._night()
        await self._hunt()
        card = await self._hear()
        await self._answer(card)
        await self._change(card)
        await self._patience()
        await self._verify()
        await self._story(card)
        await self._late()
        await self._hand_over()
        await self._explain()

    async def _forward(self) -> None:
        self._scene("FORWARD: Emma's link has reached Peter, and opens nothing")
        peter, bot = self._stage.people["peter"], self._stage.bot
        opened = await peter.start(bot, self._token("emma"))
        told = await self._promised("Peter reads that the link is used", "peter", after=opened.seq)
        if "Emma" in told.text:
            raise BrokenPromise("Peter has learned whose link it is.")
        seen, _ = await press(self._stage.people["emma"], bot, "u:join:no")
        await self._promised(
            "Peter reads that the link is shut", "peter", after=max(seen, told.seq)
        )

    def _token(self, key: str) -> str:
        return self._stage.links[business.actor(key).ref].rpartition("=")[2]

    async def _arrives(self, key: str) -> None:
        person, bot = self._stage.people[key], self._stage.bot
        opened = await person.start(bot, self._token(key))
        await press(person, bot, "u:agree", after=opened.seq)

    async def _plan(self) -> None:
        self._scene("PLAN: what the schedules have in mind")
        await self._print_plan(len(business.script_events(await self._stage.sandbox.now())))

    async def _night(self) -> None:
        self._scene("NIGHT: the moment has come, but nobody is asked in their quiet hours")
        now = await self._stage.sandbox.now()
        await self._stage.pass_time(business.deep_night(now) - now)
        await self._print_plan(NIGHT_ASKS, waits_for="the quiet hours to end")
        for key in ("emma", "lina", "olga"):
            if any(
                map(_offers(":o:fine"), await self._stage.people[key].messages(self._stage.bot))
            ):
                raise BrokenPromise(f"{key} was asked at night.")
        self.kept.append("nobody is asked at night")
        await self._chapter("Trials are half over. It is night where they live, so Verso waits.")
        await self._why("emma", "Sam reads that Emma waits for the morning")

    async def _print_plan(self, least: int, waits_for: str = "") -> None:
        """Print whom the bot's database names next, once so many are there."""
        panel = Panel(self._stage.database_url)
        try:
            async with asyncio.timeout(PLAN_SECONDS):
                while True:
                    plan = (await panel.view())["plan"]
                    if sum(waits_for in row["waits_for"] for row in plan) >= least:
                        break
                    await asyncio.sleep(PLAN_PAUSE)
        finally:
            await panel.close()
        for row in plan:
            here = datetime.fromisoformat(row["next_at"]).astimezone(business.ZONE)
            self._say(
                f"{'':18}{row['schedule']:<15} {row['customer']}  waits for {row['waits_for']}"
                f", next look {here:%a %d %b %H:%M}"
            )

    async def _hunt(self) -> None:
        self._scene("HUNT: half of the trials is over, and nothing was heard")
        await self._next_morning()
        await self._chapter("Verso asks those of whom nothing was heard.")
        asked = [
            await self._promised(f"{key} is asked", key, where=_offers(":o:fine"))
            for key in (*SAID, "olga")
        ]
        self._tale.says("Verso to Emma", asked[0].text, SHOP)
        olga = self._stage.people["olga"]
        seen, _ = await press(olga, self._stage.bot, ":later")
        self._put_off, _ = await press(olga, self._stage.bot, ":tomorrow", after=seen)
        self._tale.adds("Olga puts it off until tomorrow.")

    async def _hear(self) -> Seen:
        self._scene("HEAR: Emma, Ivan and Lina say what went wrong, each in their language")
        emma, ivan, lina = (self._stage.people[key] for key in SAID)
        bot = self._stage.bot
        await self._minutes(4)
        await self._chapter("Three of them say what went wrong, each in their own language.")
        seen, _ = await press(emma, bot, ":o:in_the_way")
        await self._promised("Emma is asked for her words", "emma", after=seen)
        said = await emma.say(bot, EMMA_SAID)
        await emma.send(bot, "photo", PNG, caption="This is how it came.")
        await self._to_the_end("emma", said.seq)
        await self._minutes(9)
        said = await ivan.say(bot, IVAN_SAID)
        await self._to_the_end("ivan", said.seq)
        await self._minutes(14)
        await self._promised("staff get Ivan's complaint", "mia", IVAN_SAID, self._stage.group)
        said = await lina.say(bot, LINA_SAID)
        await self._to_the_end("lina", said.seq)
        await self._promised("staff get Lina's complaint", "mia", LINA_SAID, self._stage.group)
        for key, words in SAID.items():
            self._tale.says(business.actor(key).first_name, words, CUSTOMER)
        return await self._promised(
            "staff get Emma's complaint", "mia", EMMA_SAID, self._stage.group
        )

    async def _to_the_end(self, key: str, seen: int) -> None:
        person, bot = self._stage.people[key], self._stage.bot
        data = ""
        while not data.endswith(":send"):
            seen, data = await press(person, bot, ":r:4", ":skip", ":send", after=seen)
        await self._promised(f"{key} reads that it is received", key, "#", after=seen)

    async def _answer(self, card: Seen) -> None:
        self._scene("ANSWER: Mia takes it and answers")
        mia, group = self._stage.people["mia"], self._stage.group
        await self._minutes(6)
        await press(mia, group, "t:take:", only=card.id)
        await self._promised("Emma reads that Mia has it", "emma", "Mia")
        await self._stage.recorded(card)
        await self._minutes(11)
        await self._chapter("Mia has taken Emma's complaint, and answers.")
        said = await mia.say(group, ANSWER, reply_to=card, thread=card.topic)
        await self._promised("Emma reads the answer", "emma", ANSWER)
        self._tale.says("Mia", ANSWER, SHOP)
        await self._promised(
            "Mia sees that it was delivered",
            "mia",
            place=group,
            where=lambda m: m.id == said.id and bool(m.reactions),
        )

    async def _change(self, card: Seen) -> None:
        self._scene("CHANGE: one cause, one change, three complaints in three languages")
        tom, group = self._stage.people["tom"], self._stage.group
        await self._minutes(20)
        await self._chapter("Tom sees one cause behind all three, and mends it.")
        self._tale.says("Tom", CHANGED["en"], SHOP)
        seen = (await tom.say(group, f"/change #1 #2 #3 {TITLE}", thread=card.topic)).seq
        seen, _ = await press(tom, group, "g:text:", after=seen)
        prompt = await tom.wait_for(group, where=lambda m: bool(m.view["keyboard"]), after=seen)
        await self._stage.recorded(prompt)
        seen = (await tom.say(group, CHANGED["en"], reply_to=prompt, thread=card.topic)).seq
        await write_also(tom, group, card.topic, TITLE, ALSO)
        await self._ship(seen)
        for key, words in SAID.items():
            text = CHANGED[business.actor(key).language]
            notice = await self._promised(f"{key} is told of the change", key, text)
            if words not in notice.text:
                raise BrokenPromise(f"The closure notice to {key} does not quote their words.")
            if key == "emma":
                self._tale.says("Verso to Emma", notice.text, SHOP)
        self._tale.adds("Ivan reads it in Russian, Lina in Chinese, each with their own words.")

    async def _ship(self, seen: int) -> None:
        """Press for the notices, below the card of the change that was shown after `seen`."""
        tom, group = self._stage.people["tom"], self._stage.group
        seen, _ = await press(tom, group, ":confirm:", after=seen, inside=True)
        self._scene("TELL: everybody whose complaint led to it hears of it, in their own words")
        await ship(tom, group, seen)
        await self._stage.pass_time(HELD_BACK)
        await self._chapter("Each of the three hears what changed because of them.")

    async def _patience(self) -> None:
        self._scene("SNOOZE: Olga said “tomorrow”; it is tomorrow, and then she says “stop”")
        olga, bot = self._stage.people["olga"], self._stage.bot
        await self._next_morning()
        again = await self._promised(
            "Olga is asked again when she wanted",
            "olga",
            where=_offers(":o:fine"),
            after=self._put_off,
        )
        said = await olga.say(bot, "/stop")
        after = max(again.seq, said.seq)
        await self._promised("Olga reads that nothing more is asked", "olga", after=after)
        await self._chapter("Olga is asked when she wanted, and says /stop: nobody asks her again.")

    async def _verify(self) -> None:
        self._scene("VERIFY: three days later: did it help?")
        for _ in range(3):
            await self._next_morning()
        bot = self._stage.bot
        await self._chapter("Did it help? Emma and Lina say yes. Ivan says no.")
        for key in SAID:
            await self._promised(
                f"{key} is asked whether it helped", key, where=_offers(":o:partly")
            )
        for key in ("emma", "lina"):
            await press(self._stage.people[key], bot, ":o:yes")
        seen, _ = await press(self._stage.people["ivan"], bot, ":o:no")
        await press(self._stage.people["ivan"], bot, ":skip", after=seen)
        self._scene(
            "AGAIN: it did not help Ivan, a second failure; his complaint is open and urgent"
        )
        await self._promised(
            "staff read that it did not help Ivan", "mia", FAILED, self._stage.group, after=seen
        )
        await self._promised(
            "staff see that Ivan's ticket is urgent", "mia", "‼", self._stage.group, after=seen
        )
        self._tale.adds("Ivan's complaint is open again, and urgent.")

    async def _story(self, card: Seen) -> None:
        self._scene("SHOW: Emma lets others read her page, and it stands in the book on the web")
        tom, group, emma = self._stage.people["tom"], self._stage.group, self._stage.people["emma"]
        seen = (await tom.say(group, "/story 1", thread=card.topic)).seq
        seen, _ = await press(tom, group, "n:ask:", after=seen, inside=True)
        await self._promised("Emma reads what would be printed", "emma", "May we print", after=seen)
        await press(emma, self._stage.bot, ":named:", after=seen, inside=True)
        await self._promised("Emma reads that it is printed", "emma", "page 1, by Emma", after=seen)
        await self._promised("staff read that it is printed", "mia", "page 1 of the book", group)
        page = _words_of(await self._stage.public_page(1))
        for words in ("Emma said", EMMA_SAID, CHANGED["en"]):
            if words not in page:
                raise BrokenPromise(f"The page of the book does not say: {words}")
            self._say(f"{'':18}/book/1 says: {words}")
        self.kept.append("what Emma agreed to is read in the book, and nothing else")
        self._tale.adds("Emma lets others read her page: it stands in the public book.")

    async def _late(self) -> None:
        self._scene("LATE: nobody answers Ivan; he and ever more people hear of it, each once")
        group, now = self._stage.group, await self._stage.sandbox.now()
        await self._stage.pass_time(business.next_working_morning(now) - now)
        await self._hours(2)
        await self._promised("Tom is reminded, half-way", "mia", "Tom, this is with you", group)
        await self._hours(1.6)
        await self._promised("Ivan hears of a new time before the old one", "ivan", LATER)
        await self._hours(0.5)
        await self._promised("the group reads that it is overdue", "mia", OVERDUE, group)
        await self._hours(4)
        await self._promised("Sam, the admin, hears of it", "sam", "has waited far too long")
        await self._chapter("Nobody has answered Ivan.")
        self._tale.adds("Tom was reminded, Ivan told of a new time; now Sam, the owner, knows.")

    async def _hand_over(self) -> None:
        self._scene("HANDOVER: Tom has been silent, so it is free again, and Mia takes it")
        mia, group = self._stage.people["mia"], self._stage.group
        freed = await self._promised("the group reads that it is free", "mia", FREE, group)
        taken = await mia.say(group, "/take #2", thread=freed.topic)
        card = await mia.wait_for(group, "#2 · ", after=taken.seq)
        await self._promised("Ivan reads that Mia has it", "ivan", "Mia", after=taken.seq)
        await self._stage.recorded(card)
        await self._minutes(8)
        await mia.say(group, SORRY, reply_to=card, thread=card.topic)
        await self._promised("Ivan reads the answer", "ivan", SORRY)
        await self._chapter("It has become free again; Mia takes it, and answers.")
        self._tale.says("Mia", SORRY, SHOP)

    async def _chapter(self, title: str) -> None:
        self._tale.chapter(await self._stage.sandbox.now(), title)

    async def _minutes(self, minutes: int) -> None:
        await self._stage.pass_time(timedelta(minutes=minutes))

    async def _hours(self, hours: float) -> None:
        await self._stage.pass_time(timedelta(hours=hours, minutes=1))

    async def _explain(self) -> None:
        self._scene("The owner looks at it")
        sam, bot = self._stage.people["sam"], self._stage.bot
        await self._why("olga", "Sam reads why Olga was or was not asked, and that she stopped it")
        asked = await sam.say(bot, "/stats")
        await self._promised("Sam reads which promises were kept", "sam", KEPT, after=asked.seq)
        panel = Panel(self._stage.database_url)
        try:
            self._tale.figures((await panel.view())["funnel"])
        finally:
            await panel.close()

    async def _why(self, key: str, what: str) -> None:
        sam, bot, ref = self._stage.people["sam"], self._stage.bot, business.actor(key).ref
        asked = await sam.say(bot, f"/why {ref}")
        await self._promised(what, "sam", ref, after=asked.seq)

    async def _next_morning(self) -> None:
        now = await self._stage.sandbox.now()
        await self._stage.pass_time(business.next_morning(now) - now + timedelta(minutes=1))

    async def _promised(
        self,
        what: str,
        key: str,
        text: str | None = None,
        place: Place | None = None,
        **which: Any,
    ) -> Seen:
        """Wait for a message that somebody was promised."""
        try:
            seen = await self._stage.people[key].wait_for(place or self._stage.bot, text, **which)
        except TimeoutError as error:
            raise BrokenPromise(f"Not kept: {what}. {error}") from error
        self.kept.append(what)
        return seen

    def _scene(self, title: str) -> None:
        self._say(f"\n── {title} " + "─" * max(3, WIDTH - len(title)))


def _words_of(page: str) -> str:
    """What a reader of a page of the web sees, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def _offers(action: str) -> Callable[[Seen], bool]:
    def offers(message: Seen) -> bool:
        return any(
            button.get("callback_data", "").endswith(action)
            for row in message.buttons
            for button in row
        )

    return offers


async def play_through(say: Say, story: Story | None = None) -> int:
    """Play the loop; give how many promises were kept. Raises BrokenPromise.

    Every message goes to `say`, the story of them to `story`.
    """
    async with running_demo(0, history=False, paced=False) as stage:
        transcript = Transcript(stage, say)
        printing = asyncio.create_task(transcript.run())
        play = Play(stage, transcript.say, story or Story(_nothing))
        try:
            await play.whole()
        except TimeoutError as error:
            raise BrokenPromise(str(error)) from error
        finally:
            transcript.end()
            await printing
    return len(play.kept)


def play(*, everything: bool = False) -> int:
    """Play the script on standard output; the exit status is 0 when every promise was kept.

    Told as a story, or, with `everything`, as the protocol of every message.
    """
    story = Story(_print, width=terminal_width(), colour=takes_colour(sys.stdout))
    _print("The loop, played by the real bot on a clock of its own. About 20 seconds.")
    try:
        if everything:
            kept = asyncio.run(play_through(_print))
        else:
            kept = asyncio.run(play_through(_nothing, story))
    except (BrokenPromise, StageError, SandboxError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    _print(f"\nEvery message that somebody was promised has arrived ({kept}).")
    if not everything:
        _print("Every message of it: verso demo --script --all. To play it yourself: verso demo")
    return 0


def _print(line: str) -> None:
    print(line, flush=True)


def _nothing(_line: str) -> None:
    """Who reads the story does not read the protocol, and the other way round."""
