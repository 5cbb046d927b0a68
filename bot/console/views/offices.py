"""What admins see of who looks after the bot."""

from collections.abc import Sequence

from bot.core.admin_view import AdminView
from bot.core.callbacks import pack
from bot.core.names import display_safe
from bot.core.rich import Rich, bold, plain
from bot.core.work import Keyboard
from bot.identity.offices import NotDone, Office, Source
from flows.entities.kinds import Role

_LISTED = 60
"""People in the list; with more of them nobody looks after anything."""


class OfficesView(AdminView):
    """Who looks after the bot, for one of them."""

    def listed(
        self, offices: Sequence[Office], *, may_choose: bool, told: str = ""
    ) -> tuple[Rich, Keyboard]:
        """Everybody, with a button for each who can be removed, below a sentence."""
        text = Rich() + (f"{told}\n\n" if told else "") + bold(self.say("offices.title")) + "\n"
        text += "\n".join(self._line(each) for each in offices[:_LISTED])
        text += "\n\n" + self.say("offices.how" if may_choose else "offices.owner_chooses")
        if not may_choose:
            return text, ()
        rows = [
            [(self.say("offices.b_remove", name=self.name(each)), _button("ask", each))]
            for each in offices[:_LISTED]
            if each.source is Source.HERE
        ]
        return text, [*rows, [(self.say("offices.b_invite"), pack("o", "invite", 0))]]

    def sure(self, office: Office) -> tuple[Rich, Keyboard]:
        """Whether somebody is to be removed."""
        buttons = [
            [(self.say("offices.b_sure", name=self.name(office)), _button("remove", office))],
            [(self.say("offices.b_back"), pack("o", "list", 0))],
        ]
        return plain(self.say("offices.sure", name=self.name(office))), buttons

    def not_done(self, why: NotDone) -> str:
        """Why nobody was added or removed."""
        return self.say(f"offices.refused_{why}")

    def name(self, office: Office) -> str:
        """What somebody is called, else their id."""
        return display_safe(office.name) if office.name else str(office.telegram_id)

    def _line(self, office: Office) -> str:
        role = self.say("offices.owner" if office.role is Role.OWNER else "offices.admin")
        where = "" if office.source is Source.HERE else self.say(f"offices.from_{office.source}")
        name = f"{display_safe(office.name)} · " if office.name else ""
        return f"• {name}{office.telegram_id} · {role}{where}"


def _button(action: str, office: Office) -> str:
    return pack("o", action, office.telegram_id)
