"""Questions outside of flows, answered in words: consent, `/stop`, `/forget_me`, `/language`,
"Was that you?", and what was meant by words that were not understood.

Whatever can be pressed can be typed: the label of a button, its number, a yes or a no.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.callbacks import unpack
from bot.core.events import PraiseWords
from bot.core.screens import mark
from bot.core.work import Keyboard, Work
from bot.dialogue import conversations
from bot.dialogue.keyboards import retire_menu
from bot.dialogue.menu_actions import ACTIONS, Press
from bot.dialogue.understanding import GRATITUDE, MEANT, Words, do, keep, question_before
from bot.identity import accounts
from bot.identity.accounts import Person, views_for
from bot.identity.ask_kinds import to_stop
from flows.ear import Heard, Meaning, Question
from flows.ear.bare import bare
from flows.ear.table import Kind, decide
from flows.entities import Remark, RemarkKind
from flows.entities.kinds import Purpose

CONSENT, STOP, FORGET, FORGET_SURE, LANGUAGE = (
    "consent",
    "stop",
    "forget",
    "forget_sure",
    "language",
)
JOIN = "join:"
PRAISE = "praise:"
"""Words may be added to what was praised, whose remark it names."""
MORE_PRAISE = timedelta(minutes=10)
PRAISING = frozenset({Meaning.FINE, Meaning.THANKS, Meaning.YES})
"""What may be meant by whoever goes on praising; what is not understood is read by its team."""
YES_OR_NO = frozenset({Meaning.YES, Meaning.NO})
ANSWERS = frozenset({Meaning.YES, Meaning.NO, Meaning.PARTLY, Meaning.NOT_YET, Meaning.FINE})
"""What may be meant as an answer to any of these questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is to the ear, its buttons, and what a yes and a no press."""

    question: Question
    keyboard: Keyboard
    answers: Mapping[Kind, str]
    """Data of the button that an act presses."""


async def answered(work: Work, words: Words) -> bool:
    """Take words as the answer to the question that stands open. False: they are none."""
    if words.person[0].open_question.startswith(MEANT):
        if await _says_what_was_meant(work, words):
            return True
        words = await _as_before(work, words)
    if words.person[0].open_question.startswith(PRAISE):
        return await _more_praise(work, words)
    asked = await _asked(work, words.person)
    if asked is None:
        return False
    data = _typed(asked.keyboard, words.piece.text)
    acts = decide(words.heard, asked.question)
    kinds = {act.kind for act in acts}
    if data is None and (
        kinds & {Kind.COMPLAINT, Kind.QUESTION} or _may_be_more(words.heard.at(asked.question))
    ):
        return False
    data = data or next(
        (asked.answers[act.kind] for act in acts if act.kind in asked.answers), None
    )
    if data is not None:
        retire_menu(work, words.visitor.telegram_id)
        return await _press(work, words, data)
    if asked.question is Question.CONSENT and Kind.PRAISE in kinds:
        await _thank_and_ask_again(work, words, asked.keyboard)
    elif kinds <= {Kind.ASK_BACK, Kind.NOTHING, Kind.YES, Kind.NO, Kind.PARTLY, Kind.NOT_YET}:
        _ask_again(work, words, asked.keyboard)
    else:
        await do(work, words, acts)
    return True


async def _more_praise(work: Work, words: Words) -> bool:
    """Take words as more praise. A complaint among them is a complaint, and a wish is a wish."""
    remark_id = words.person[0].open_question.removeprefix(PRAISE)
    remark = await work.unit.get(Remark, int(remark_id)) if remark_id.isdecimal() else None
    if remark is None or work.now - remark.at > MORE_PRAISE:
        return False
    meanings = words.heard.meanings
    if not meanings <= PRAISING or (not meanings and not words.heard.unsure):
        return False
    if await conversations.current(work, words.visitor.telegram_id) is not None:
        return False  # something else was asked meanwhile
    await work.emit(PraiseWords(remark, words.piece.text, words.message_id))
    return True


async def _says_what_was_meant(work: Work, words: Words) -> bool:
    """Take words as what was meant: a button that is typed, "fine", or a yes that says nothing yet.

    False: they are none, or something else has been asked since.
    """
    name = words.person[0].open_question.removeprefix(MEANT).partition(":")[0]
    remark = await work.unit.get(Remark, int(name)) if name.isdecimal() else None
    if remark is None or remark.choice:
        return False
    chat = words.visitor.telegram_id
    conversation = await conversations.current(work, chat)
    if conversation is not None and conversations.asked_since(conversation, remark):
        return False
    account, customer = words.person
    keyboard = views_for(work, customer, account).meant_buttons(remark.id)
    data = _typed(keyboard, words.piece.text)
    heard = words.heard.at(Question.CHOICE)
    if data is None and not heard.unsure and heard.meanings == {Meaning.FINE}:
        data = next(data for (_, data) in (row[0] for row in keyboard) if data.endswith(":fine"))
    if data is not None:
        return await _press(work, words, data)
    if heard.unsure or not heard.meanings or not heard.meanings <= YES_OR_NO:
        return False
    _ask_again(work, words, keyboard)
    return True


async def _as_before(work: Work, words: Words) -> Words:
    """The words beside the question that stood open before it was asked what was meant."""
    account, customer = words.person
    question = question_before(account.open_question)
    accounts.note_question(work, account.telegram_id, question)
    return replace(words, person=(replace(account, open_question=question), customer))


async def _thank_and_ask_again(work: Work, words: Words, keyboard: Keyboard) -> None:
    """Thank for praise beside the question for consent, to which it is no answer."""
    account, customer = words.person
    chat = words.visitor.telegram_id
    keep(work, words, RemarkKind.PRAISE, None)
    mark(work, chat, words.message_id, customer.id, GRATITUDE)
    views = views_for(work, customer, account)
    text = f"{views.say('praised')}\n\n{views.consent(work.services.config)}"
    work.say(chat, text, keyboard=keyboard, purpose=Purpose.REPLY, customer_id=customer.id)


def _may_be_more(heard: Heard) -> bool:
    """Tell whether unclear words may be no answer at all: nobody must have told us in vain."""
    return heard.unsure and not heard.meanings <= ANSWERS


def _typed(keyboard: Keyboard, text: str) -> str | None:
    """The data of the button whose label or number was typed."""
    buttons = [button for row in keyboard for button in row]
    said = bare(text)
    for number, (label, data) in enumerate(buttons, 1):
        if said in (str(number), bare(label)):
            return data
    return None


async def _press(work: Work, words: Words, data: str) -> bool:
    parts = unpack(data)
    action = ACTIONS.get(parts[1]) if parts else None
    if parts is None or action is None:
        return False
    return await action(Press(work, words.visitor, None, parts[2:]))


def _ask_again(work: Work, words: Words, keyboard: Keyboard) -> None:
    account, customer = words.person
    text = views_for(work, customer, account).say("which_one")
    chat = words.visitor.telegram_id
    work.say(chat, text, keyboard=keyboard, purpose=Purpose.REPLY, customer_id=customer.id)


async def _asked(work: Work, person: Person) -> Asked | None:
    """What the open question of an account is; None when there is none."""
    name, _, argument = person[0].open_question.partition(":")
    ask = _QUESTIONS.get(name)
    return await ask(work, person, argument) if ask is not None else None


async def _consent(work: Work, person: Person, argument: str) -> Asked:
    account, customer = person
    foreign = not accounts.is_own(customer, account.telegram_id)
    views = views_for(work, customer, account)
    keyboard = views.hello_buttons(customer, asking=True, refusable=foreign)
    return Asked(Question.CONSENT, keyboard, {Kind.YES: "u:agree", Kind.NO: "u:decline"})


async def _stop(work: Work, person: Person, argument: str) -> Asked:
    views = views_for(work, person[1], person[0])
    kinds = await to_stop(work, person[1], views.language)
    answers = {Kind.STOP: "u:stop:all", Kind.NEVER_MIND: "u:keep"}
    return Asked(Question.STOP_MENU, views.stopped_buttons(kinds=kinds), answers)


async def _forget(work: Work, person: Person, argument: str) -> Asked:
    views = views_for(work, person[1], person[0])
    keyboard = views.forget_buttons(sure=False)
    answers = {Kind.YES: "u:forget:ask", Kind.NO: "u:forget:no"}
    return Asked(Question.FORGET, keyboard, answers)


async def _forget_sure(work: Work, person: Person, argument: str) -> Asked:
    views = views_for(work, person[1], person[0])
    keyboard = views.forget_buttons(sure=True)
    answers = {Kind.YES: "u:forget:yes", Kind.NO: "u:forget:no"}
    return Asked(Question.FORGET, keyboard, answers)


async def _join(work: Work, person: Person, argument: str) -> Asked | None:
    if not argument.isdigit():
        return None
    views = views_for(work, person[1], person[0])
    keyboard = views.join_buttons(int(argument), shuts=False)
    (_, yes), (_, no) = (row[0] for row in keyboard)
    return Asked(Question.WAS_THAT_YOU, keyboard, {Kind.YES: yes, Kind.NO: no})


async def _language(work: Work, person: Person, argument: str) -> Asked:
    views = views_for(work, person[1], person[0])
    return Asked(Question.CHOICE, views.languages(work.services.config), {})


_QUESTIONS: Mapping[str, Callable[[Work, Person, str], Awaitable[Asked | None]]] = {
    CONSENT: _consent,
    STOP: _stop,
    FORGET: _forget,
    FORGET_SURE: _forget_sure,
    "join": _join,
    LANGUAGE: _language,
}

__all__ = ["CONSENT", "FORGET", "FORGET_SURE", "JOIN", "LANGUAGE", "STOP", "answered"]
