"""What the calls of the mix are, for bots that do what Verso does with what others give.

Pure: from an update and what is known of a complaint come calls and what is known then. A call
whose topic or card is not there yet names it by a mark, filled in when the call is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.mix import GROUP_ID, STAFF_ID

Params = Mapping[str, Any]
QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("How bad is it for you?", ("1", "2", "3", "4", "5")),
    ("What would make it right?", ("fix", "refund", "words")),
)
CATEGORIES = ("delivery", "taste")


@dataclass(frozen=True, slots=True)
class Complaint:
    """All that is known of one customer's complaint."""

    chat_id: int
    name: str = ""
    step: str = "new"
    number: int = 0
    answers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    topic: int = 0
    card: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API. `keeps` names the field of the complaint that its result fills."""

    method: str
    params: Params
    keeps: str = ""


def filled(params: Params, complaint: Complaint) -> dict[str, Any]:
    """Put the topic and the card of the complaint where a call names them."""
    marks = {"{topic}": complaint.topic, "{card}": complaint.card}
    return {
        name: marks.get(value, value) if isinstance(value, str) else value
        for name, value in params.items()
    }


def kept(complaint: Complaint, field: str, result: Mapping[str, Any]) -> Complaint:
    """Write down what a call with `keeps` gave."""
    if field == "topic":
        return replace(complaint, topic=int(result["message_thread_id"]))
    return replace(complaint, card=int(result["message_id"]))


# -- the customer --------------------------------------------------------------------------------


def greet(known: Complaint) -> tuple[Complaint, list[Call]]:
    """The link was opened."""
    greeting = "Hello. Here you can tell Lumen Tea about anything that went wrong."
    return replace(known, step="greeted"), [_say(known, greeting, (("agree", "later"),))]


def agree(known: Complaint, press: Params) -> tuple[Complaint, list[Call]]:
    """Consent was given."""
    thanks = "Thank you. We will not ask often."
    return replace(known, step="agreed"), [_answered(press), _edited(known, press, thanks, ())]


def begin(known: Complaint, words: str) -> tuple[Complaint, list[Call]]:
    """Words began a complaint."""
    asked = _say(known, "What is it about?", (CATEGORIES,))
    return replace(known, step="asked", words=(words,), answers=()), [asked]


def choose(known: Complaint, press: Params) -> tuple[Complaint, list[Call]]:
    """A question was answered: the next one, or all of it to look at."""
    known = replace(known, answers=(*known.answers, str(press["data"])))
    if len(known.answers) <= len(QUESTIONS):
        text, choices = QUESTIONS[len(known.answers) - 1]
        return known, [_answered(press), _edited(known, press, text, (choices,))]
    summary = "\n".join((*known.answers, *known.words))
    question = f"This goes to a person. Is everything right?\n{summary}"
    asked = _edited(known, press, question, (("x:send",),))
    return replace(known, step="looking"), [_answered(press), asked]


def file(known: Complaint, press: Params, number: int) -> tuple[Complaint, list[Call]]:
    """It was confirmed: a ticket with this number, a topic and a card."""
    known = replace(known, step="filed", number=number)
    thanks = f"Thank you for telling us. Your ticket is #{number}."
    topic = Call(
        "createForumTopic", {"chat_id": GROUP_ID, "name": f"#{number} {known.name}"}, "topic"
    )
    card = _post(_card(known, "Nobody has it yet"), keeps="card", buttons=(("take", "resolve"),))
    return known, [_answered(press), _edited(known, press, thanks, ()), topic, card]


def add(known: Complaint, words: str, message_id: int) -> tuple[Complaint, list[Call]]:
    """More words of the customer."""
    calls = [
        _seen(known.chat_id, message_id, "✍"),
        _say(known, f"Added to #{known.number}. The same people read it.", (("other",),)),
        _post(f"{known.name} writes:\n{words}"),
    ]
    return replace(known, words=(*known.words, words)), calls


# -- staff ---------------------------------------------------------------------------------------


def answer(known: Complaint, words: str, message_id: int) -> tuple[Complaint, list[Call]]:
    """Staff answered the customer."""
    calls = [
        _say(known, f"Mira answers you (#{known.number}):\n{words}"),
        _seen(GROUP_ID, message_id, "👌"),
        _card_again(known, "Mira has it"),
        _topic("editForumTopic", name=f"▸ #{known.number} {known.name}"),
    ]
    return known, calls


def resolve(known: Complaint, done: str) -> tuple[Complaint, list[Call]]:
    """Staff resolved it."""
    calls = [
        _say(known, f"Mira here, about #{known.number}. This is what was done:\n{done}"),
        _post(f"Mira resolved it:\n{done}"),
        _card_again(known, "Resolved by Mira"),
        _topic("editForumTopic", name=f"✓ #{known.number} {known.name}"),
        _topic("closeForumTopic"),
    ]
    return replace(known, step="resolved"), calls


# -- which of them -------------------------------------------------------------------------------


def react(known: Complaint, update: Params, number: int) -> tuple[Complaint, list[Call]]:
    """Find what an update means for its complaint; `number` is that of the next ticket."""
    press = update.get("callback_query")
    if press is not None:
        match known.step:
            case "greeted":
                return agree(known, press)
            case "asked":
                return choose(known, press)
            case _:
                return file(known, press, number)
    message = update["message"]
    text, message_id = str(message["text"]), int(message["message_id"])
    if message["from"]["id"] == STAFF_ID:
        command, _, done = text.partition(" ")
        return resolve(known, done) if command == "/resolve" else answer(known, text, message_id)
    if text.startswith("/start"):
        return greet(replace(known, name=message["from"]["first_name"]))
    return begin(known, text) if known.step == "agreed" else add(known, text, message_id)


# -- calls ---------------------------------------------------------------------------------------


def _keyboard(rows: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    made = [[{"text": each, "callback_data": each} for each in row] for row in rows]
    return {"reply_markup": {"inline_keyboard": made}} if rows else {}


def _say(known: Complaint, text: str, buttons: tuple[tuple[str, ...], ...] = ()) -> Call:
    return Call("sendMessage", {"chat_id": known.chat_id, "text": text, **_keyboard(buttons)})


def _answered(press: Params) -> Call:
    return Call("answerCallbackQuery", {"callback_query_id": press["id"]})


def _edited(
    known: Complaint, press: Params, text: str, buttons: tuple[tuple[str, ...], ...]
) -> Call:
    where = {"chat_id": known.chat_id, "message_id": press["message"]["message_id"]}
    return Call("editMessageText", {**where, "text": text, **_keyboard(buttons)})


def _seen(chat_id: int, message_id: int, emoji: str) -> Call:
    reaction = [{"type": "emoji", "emoji": emoji}]
    return Call(
        "setMessageReaction", {"chat_id": chat_id, "message_id": message_id, "reaction": reaction}
    )


def _post(text: str, keeps: str = "", buttons: tuple[tuple[str, ...], ...] = ()) -> Call:
    where = {"chat_id": GROUP_ID, "message_thread_id": "{topic}"}
    return Call("sendMessage", {**where, "text": text, **_keyboard(buttons)}, keeps)


def _topic(method: str, **params: Any) -> Call:
    return Call(method, {"chat_id": GROUP_ID, "message_thread_id": "{topic}", **params})


def _card(known: Complaint, state: str) -> str:
    words = "\n".join((*known.words, *known.answers))
    return f"#{known.number} {known.name}\n{state}\n\n{words}"


def _card_again(known: Complaint, state: str) -> Call:
    where = {"chat_id": GROUP_ID, "message_id": "{card}"}
    keys = _keyboard((("take", "resolve"),))
    return Call("editMessageText", {**where, "text": _card(known, state), **keys})
