"""People as the control side shows them."""

from __future__ import annotations

from bot.sandbox.world.model import JSON, User


def user_view(user: User) -> JSON:
    """A person: id, names, language_code, phone, is_bot, deactivated, private_forwards."""
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
        "phone": user.phone,
        "is_bot": user.is_bot,
        "deactivated": user.deactivated,
        "private_forwards": user.private_forwards,
    }
