"""What customers see of who they are, what they may decide, and how they leave."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.callbacks import DATA_LIMIT, pack
from bot.core.names import display_safe, greeted
from bot.core.words import Words
from bot.core.work import Keyboard
from flows.asks.explanations import format_period
from flows.config import Config
from flows.entities import Customer
from flows.languages import tongue, with_customers

PRESSED_ALL = "all"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class CustomerViews:
    """Views in one language."""

    def __init__(self, words: Words, language: str) -> None:
        self._words, self.language = words, language

    def say(self, key: str, **values: object) -> str:
        """Say a sentence to a customer."""
        return self._words.say(self.language, f"customer.{key}", **values)

    # -- greeting ----------------------------------------------------------------------------

    def hello(self, config: Config, name: str, *, again: bool, why: str = "") -> str:
        """The greeting; `name` is how to greet whom the link is for, `why` what comes first."""
        key = ("again" if again else "hello") + ("_name" if name else "")
        brand = config.brand.name
        lines = [self.say(why, brand=brand)] if why else []
        return "\n\n".join([*lines, self.say(key, brand=brand, name=display_safe(name))])

    def consent(self, config: Config) -> str:
        """What we ask, how often, how to stop."""
        per = config.limits.per.after(_EPOCH, UTC) - _EPOCH
        return self.say(
            "consent",
            asks=config.limits.asks,
            days=max(1, per.days),
            opens=config.window.opens,
            closes=config.window.closes,
        )

    def about_us(self, config: Config, key: str) -> str:
        """Who writes here and why, how often at most, and how to stop it."""
        per = config.limits.per.after(_EPOCH, UTC) - _EPOCH
        return self.say(
            key, brand=config.brand.name, asks=config.limits.asks, days=max(1, per.days)
        )

    def meant_buttons(self, remark: int) -> Keyboard:
        """What somebody may have meant by words that were not understood."""
        return [
            [(self.say("b_pass"), pack("u", "meant", remark, "pass"))],
            [(self.say("b_all_fine"), pack("u", "meant", remark, "fine"))],
            [(self.say("b_do_not_ask"), pack("u", "meant", remark, "stop"))],
        ]

    def hello_buttons(self, customer: Customer, *, asking: bool, refusable: bool) -> Keyboard:
        """Consent where it is asked, and the way back for whom the link is not meant."""
        rows = []
        if asking:
            rows.append([(self.say("b_agree"), pack("u", "agree"))])
            rows.append([(self.say("b_decline"), pack("u", "decline"))])
        elif customer.stopped:
            rows.append([(self.say("b_resume"), pack("u", "resume"))])
        if refusable:
            name = greeted(customer)
            label = self.say("b_not_me" if name else "b_not_mine", name=display_safe(name))
            rows.append([(label, pack("u", "notme", customer.id))])
        return rows

    def other_person(self, token: str) -> tuple[str, Keyboard]:
        """A link of another customer was opened: nothing changes before a press."""
        data = f"u:switch:{token}"
        fits = len(data) <= DATA_LIMIT
        return self.say("link_other"), [[(self.say("b_switch"), data)]] if fits else []

    def join_buttons(self, telegram_id: int, *, shuts: bool) -> Keyboard:
        """Whether another account is this customer's too; "no" may shut the link."""
        no = self.say("b_join_no_shut" if shuts else "b_join_no")
        return [
            [(self.say("b_join_yes"), pack("u", "join", "yes", telegram_id))],
            [(no, pack("u", "join", "no", telegram_id))],
        ]

    # -- wishes ------------------------------------------------------------------------------

    def languages(self, config: Config) -> Keyboard:
        """A button for each language that is spoken with customers, by its own name."""
        return [
            [(tongue(each).name, pack("u", "lang", each))]
            for each in with_customers(config.brand.languages)
        ]

    def stopped_buttons(self, kind: str = "", kinds: Sequence[tuple[str, str]] = ()) -> Keyboard:
        """After a stop: take it back, or narrow it to one kind of questions.

        `kind` is the one that was just asked; `kinds` are several, with what they are called.
        """
        rows = [[(self.say("b_stop_only"), pack("u", "only", kind))]] if kind else []
        for each, label in kinds:
            rows.append([(self.say("b_stop_one", kind=label), pack("u", "only", each))])
        return [*rows, [(self.say("b_resume"), pack("u", "resume"))]]

    def privacy(self, config: Config) -> str:
        """What is kept, why, and for how long by the configuration in force."""
        kept = config.retention
        periods = {"events": kept.events, "tickets": kept.tickets, "updates": kept.updates}
        spoken = {name: format_period(period, self.language) for name, period in periods.items()}
        return self.say("privacy", brand=config.brand.name, **spoken)

    def forget_ask(self, config: Config, accounts: int) -> str:
        """What is erased and what stays; several accounts are erased together."""
        text = self.say("forget_ask", brand=config.brand.name)
        return text if accounts < 2 else f"{text}\n\n{self.say('forget_accounts', n=accounts)}"

    def forget_buttons(self, *, sure: bool) -> Keyboard:
        """The two steps of being forgotten."""
        if not sure:
            return [
                [(self.say("b_forget"), pack("u", "forget", "ask"))],
                [(self.say("b_forget_no"), pack("u", "forget", "no"))],
            ]
        return [
            [(self.say("b_forget_yes"), pack("u", "forget", "yes"))],
            [(self.say("b_forget_no"), pack("u", "forget", "no"))],
        ]
