"""The customer's menu: consent, language, stop, privacy, being forgotten, help."""

from bot.core.screens import show
from bot.core.work import Keyboard, Work
from bot.desk import private_desk
from bot.dialogue import conversations, understanding
from bot.identity import accounts as identity_accounts
from bot.identity import erasure, my_data, preferences
from bot.identity.accounts import Person, Visitor, views_for
from bot.identity.ask_kinds import is_kind
from bot.identity.views import PRESSED_ALL, CustomerViews
from flows.config import INFORM
from flows.entities import Candidate, Consent, Conversation, Customer
from flows.entities.kinds import Purpose
from flows.languages import codes


async def _met(work: Work, visitor: Visitor) -> tuple[Person, CustomerViews]:
    person = await identity_accounts.met(work, visitor)
    return person, views_for(work, person[1], person[0])


async def _pressed(work: Work, visitor: Visitor) -> tuple[Person, CustomerViews] | None:
    """Who pressed a button; None for somebody unknown, who has nothing to change."""
    person = await identity_accounts.known(work, visitor.telegram_id)
    return (person, views_for(work, person[1], person[0])) if person else None


def _say(
    work: Work,
    visitor: Visitor,
    customer: Customer,
    text: str,
    keyboard: Keyboard = (),
    over: int | None = None,
) -> None:
    show(work, visitor.telegram_id, text, keyboard, over=over, customer_id=customer.id)


# -- consent and stop -----------------------------------------------------------------------------


async def consent(work: Work, visitor: Visitor, over: int | None, *, agreed: bool) -> bool:
    """Store whether the customer may be asked first, with the moment."""
    if (pressed := await _pressed(work, visitor)) is None:
        return False
    (_, customer), views = pressed
    customer = await (preferences.agree if agreed else preferences.decline)(work, customer)
    key = "agreed" if agreed else "declined"
    brand = work.services.config.brand.name
    _say(work, visitor, customer, views.say(key, brand=brand), over=over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    return True


async def say_stop(work: Work, visitor: Visitor) -> None:
    """Stop all questions at once; whoever has stopped them before is offered the way back."""
    (_, customer), views = await _met(work, visitor)
    if preferences.ALL in customer.stopped or customer.consent is Consent.REFUSED:
        _say(work, visitor, customer, views.say("stopped_already"), views.stopped_buttons())
        return
    await understanding.stop_everything(work, visitor)
    identity_accounts.note_question(work, visitor.telegram_id, "stop")


async def stop(work: Work, visitor: Visitor, kind: str, over: int | None) -> bool:
    """Stop all questions or one kind of them. False: there is no such kind."""
    if (pressed := await _pressed(work, visitor)) is None:
        return False
    (_, customer), views = pressed
    if kind == PRESSED_ALL:
        await understanding.stop_everything(work, visitor, over)
        return True
    if not is_kind(work.services, kind):
        return False
    customer = await preferences.stop(work, customer, kind)
    await _close_ask(work, visitor, kind)
    if kind == INFORM:
        # What was told stays to be read: where an order is, is no question that is over now.
        text = work.services.words.say(views.language, "informing.stopped")
        _say(work, visitor, customer, text, views.stopped_buttons())
    else:
        _say(work, visitor, customer, views.say("stopped_kind"), views.stopped_buttons(), over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    return True


async def _close_ask(work: Work, visitor: Visitor, kind: str) -> None:
    """Take a question of a kind back that was asked and not answered."""
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is None or not conversations.is_unanswered(conversation):
        return
    if kind in await _kinds_of(work, conversation):
        await conversations.close(work, conversation)


async def _kinds_of(work: Work, conversation: Conversation) -> set[str]:
    """The kinds that a conversation is of: its flow, and the schedule that began it."""
    number = conversation.candidate_id
    candidate = await work.unit.get(Candidate, number) if number is not None else None
    return {conversation.flow, *([candidate.schedule_id] if candidate else ())}


async def keep_as_it_is(work: Work, visitor: Visitor, over: int | None) -> bool:
    """Say that nothing changes, and that nothing is asked if that is so.

    False: for somebody unknown.
    """
    if (pressed := await _pressed(work, visitor)) is None:
        return False
    (_, customer), views = pressed
    if preferences.ALL in customer.stopped:
        _say(work, visitor, customer, views.say("stopped_already"), views.stopped_buttons(), over)
    else:
        _say(work, visitor, customer, views.say("stop_kept"), over=over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    return True


async def stop_only(work: Work, visitor: Visitor, kind: str, over: int | None) -> bool:
    """Narrow a general stop to one kind of questions. False: there is no such kind."""
    pressed = await _pressed(work, visitor)
    if pressed is None or not is_kind(work.services, kind):
        return False
    (_, customer), views = pressed
    customer = await preferences.stop_only(work, customer, kind)
    _say(work, visitor, customer, views.say("stopped_kind"), views.stopped_buttons(), over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    return True


async def resume(work: Work, visitor: Visitor, over: int | None) -> bool:
    """Take every stop back, and a refusal from the greeting with it."""
    if (pressed := await _pressed(work, visitor)) is None:
        return False
    (_, customer), views = pressed
    if customer.consent is Consent.REFUSED:
        customer = await preferences.agree(work, customer)
    customer = preferences.resume(work, customer)
    _say(work, visitor, customer, views.say("resumed"), over=over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    return True


async def resume_kind(work: Work, visitor: Visitor, kind: str, over: int | None) -> bool:
    """Take the stop of one kind back. False: that kind was not stopped."""
    pressed = await _pressed(work, visitor)
    if pressed is None or kind not in pressed[0][1].stopped:
        return False
    (_, customer), views = pressed
    customer = preferences.resume_kind(work, customer, kind)
    _say(work, visitor, customer, views.say("resumed"), over=over)
    return True


# -- language -------------------------------------------------------------------------------------


async def ask_language(work: Work, visitor: Visitor) -> None:
    """Offer the languages that are spoken."""
    (_, customer), views = await _met(work, visitor)
    keyboard = views.languages(work.services.config)
    _say(work, visitor, customer, views.say("language_ask"), keyboard)
    identity_accounts.note_question(work, visitor.telegram_id, "language")


async def set_language(work: Work, visitor: Visitor, language: str, over: int | None) -> bool:
    """Speak another language from now on. False: it is not spoken."""
    pressed = await _pressed(work, visitor)
    if pressed is None or language not in codes():
        return False
    (account, customer), _ = pressed
    customer = preferences.speak(work, customer, language)
    private_desk.speaks(work, visitor.telegram_id, language)
    text = views_for(work, customer, account).say("language_set")
    _say(work, visitor, customer, text, over=over)
    identity_accounts.note_question(work, visitor.telegram_id, "")
    conversation = await conversations.current(work, visitor.telegram_id)
    if conversation is not None:
        await conversations.show_again(work, conversation)
    return True


# -- told -----------------------------------------------------------------------------------------


async def tell_privacy(work: Work, visitor: Visitor) -> None:
    """Say in plain words what is stored, why, and for how long."""
    (_, customer), views = await _met(work, visitor)
    _say(work, visitor, customer, views.privacy(work.services.config))


async def tell_help(work: Work, visitor: Visitor) -> None:
    """Say what can be done here."""
    (_, customer), views = await _met(work, visitor)
    _say(work, visitor, customer, views.say("help", brand=work.services.config.brand.name))


# -- being forgotten ------------------------------------------------------------------------------


async def send_data(work: Work, visitor: Visitor) -> None:
    """Send everything that is kept of somebody, as a file."""
    (_, customer), views = await _met(work, visitor)
    my_data.ask(work, customer, visitor.telegram_id, views.language)


async def ask_forget(work: Work, visitor: Visitor) -> None:
    """Say what is erased and what stays, before anything is erased."""
    (_, customer), views = await _met(work, visitor)
    accounts = await work.unit.customers.accounts_of(customer.id)
    text = views.forget_ask(work.services.config, len(accounts))
    keyboard = views.forget_buttons(sure=False)
    _say(work, visitor, customer, text, keyboard)
    identity_accounts.note_question(work, visitor.telegram_id, "forget")


async def forget(work: Work, visitor: Visitor, answer: str, over: int | None) -> bool:
    """Go one step towards being forgotten, or back. False: there is no such step."""
    pressed = await _pressed(work, visitor)
    if pressed is None:
        return False
    (_, customer), views = pressed
    if answer == "ask":
        text, keyboard = views.say("forget_sure"), views.forget_buttons(sure=True)
        _say(work, visitor, customer, text, keyboard, over)
        identity_accounts.note_question(work, visitor.telegram_id, "forget_sure")
    elif answer == "no":
        _say(work, visitor, customer, views.say("forget_kept"), over=over)
        identity_accounts.note_question(work, visitor.telegram_id, "")
    elif answer == "yes":
        gone = await erasure.forget(work.unit, work.services, customer, work.now)
        for telegram_id in {*gone.telegram_ids, visitor.telegram_id}:
            work.people.pop(telegram_id, None)
            work.conversations.pop(telegram_id, None)
        text = views.say("forgotten")
        show(work, visitor.telegram_id, text, over=over, purpose=Purpose.FAREWELL)
    else:
        return False
    return True
