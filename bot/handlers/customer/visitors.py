"""Who an update is from, as use cases want to know it."""

from telegram import Chat, Update, User

from bot.identity.accounts import Visitor


def visitor_of(user: User) -> Visitor:
    """A Telegram user as a visitor; names are cut to what a name may be."""
    return visitor(user.id, user.first_name, user.username or "", user.language_code or "")


def visitor(telegram_id: int, first_name: str, username: str, language_code: str) -> Visitor:
    """A visitor of whom Telegram says this."""
    return Visitor(
        telegram_id=telegram_id,
        first_name=storable(first_name)[:64],
        username=storable(username)[:64],
        language_code=storable(language_code)[:16],
    )


def storable(text: str) -> str:
    """Leave out the character of which PostgreSQL cannot store any."""
    return text.replace("\x00", "")


def private_visitor(update: Update) -> Visitor | None:
    """Who writes in a private chat; None for bots, channels, groups, and nobody."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot:
        return None
    if chat.type != Chat.PRIVATE or chat.id != user.id:
        return None
    return visitor_of(user)
