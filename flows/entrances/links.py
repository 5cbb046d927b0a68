"""What the link of an entrance carries: `at-` and its id, such as `at-table-7`.

Anybody may know it, so it need not be unguessable. Personal links are 22 random characters
(`bot.identity.links`); where one happens to begin like this, no entrance has its name.
"""

PREFIX = "at-"
PAYLOAD_LIMIT = 64
"""Characters of `A-Z a-z 0-9 _ -` in a deep link's payload (Bot API: deep linking); an entrance's
id has at most 32 of them (`flows.config.fields.Id`)."""


def payload(entrance_id: str) -> str:
    """What comes after `start=` in the link of an entrance."""
    return f"{PREFIX}{entrance_id}"


def entrance_of(token: str) -> str:
    """The id of the entrance whose payload this is, if there is one; empty for any other token."""
    return token.removeprefix(PREFIX) if token.startswith(PREFIX) else ""


def deep_link(bot_username: str, entrance_id: str) -> str:
    """The address that opens the chat at an entrance."""
    return f"https://t.me/{bot_username}?start={payload(entrance_id)}"
