"""What every handler and tick may use besides its unit of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.clock import Clock
from bot.core.events import Subscribers
from bot.core.judged import Judged
from bot.core.words import Words
from bot.settings import Settings
from flows.config import Config
from flows.conversations import FlowLibrary
from flows.entities import Account, Customer, Group, Member, Ticket
from flows.entities.kinds import Address
from flows.languages import language_of

EVERY_TEAM = "*"
"""The team of a desk that serves whoever has no group."""

Place = Ticket | Group | int | None
"""Where staff read something: about a ticket, in a group, in a chat by its id; None: elsewhere."""


@dataclass(slots=True)
class Services:
    """The parts of a running Verso. One per process; what an admin changes is replaced in place."""

    settings: Settings
    clock: Clock
    words: Words
    """What Verso says by itself, as the brand addresses its customers."""
    flows: FlowLibrary
    config: Config
    groups: dict[int, Group] = field(default_factory=dict)
    """Bound groups that the bot is still in, by chat id; also an owner's private chat that is a
    desk."""
    owner_languages: dict[int, str] = field(default_factory=dict)
    """The languages of the people whose private chats are desks, by chat id."""
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that became supergroups: the chat that each is now, by the one that it was."""
    admins: set[int] = field(default_factory=set)
    """Telegram ids of the people who look after the bot, owners included."""
    owners: set[int] = field(default_factory=set)
    """Those of them who decide who is one."""
    members: dict[tuple[int, int], Member] = field(default_factory=dict)
    """Who was met in which group, by chat and Telegram id."""
    bot_id: int = 0
    bot_username: str = ""
    salt: str = ""
    """Random text of this installation, for holdouts; made once and kept."""
    told_times: Mapping[str, timedelta] = field(default_factory=dict)
    """The working time for a first answer that customers are told, by team, where enough real
    cases say it; else it is the configured one."""
    topic_icons: Mapping[str, str] = field(default_factory=dict)
    """The icons that Telegram lets topics have, by their signs; empty: not known (yet)."""
    news: Mapping[str, str] = field(default_factory=dict)
    """By language, the sentence about a recent change that greetings quote."""
    judged: Judged = field(default_factory=Judged)
    """By what asks that wait to be sent were allowed."""
    subscribers: Subscribers = field(default_factory=dict)
    """Who reacts to what happens in a unit of work (`bot.wiring.subscribers`)."""

    def __post_init__(self) -> None:
        self.words = self.words.addressing(
            lambda: self.config.brand.address is Address.FORMAL  # as it is when it is said
        )

    def language(self, customer: Customer | None, account: Account | None = None) -> str:
        """Choose the language to speak with a customer."""
        return language_of(
            customer.language if customer else "",
            account.language_code if account else "",
            default=self.config.brand.default_language,
        )

    @property
    def staff_language(self) -> str:
        """The language of staff of whom no other is known: the brand's."""
        return language_of(self.config.brand.default_language)

    def language_at(self, place: Place) -> str:
        """The language to speak with the staff of a place.

        At a private desk it is its owner's, else that of their team, else the brand's.
        """
        chat_id = place if isinstance(place, int) else _chat_of(place)
        return self.owner_languages.get(chat_id or 0) or self.team_language(self._team_at(place))

    def team_language(self, team_id: str) -> str:
        """The language of a team, or of the desk of all that have none; else the brand's."""
        teams = self.config.teams
        if team_id == EVERY_TEAM:
            mine = {team.language for team in teams}
            own = mine.pop() if len(mine) == 1 else None
        else:
            own = next((team.language for team in teams if team.id == team_id), None)
        return language_of(own or "", default=self.staff_language)

    def _team_at(self, place: Place) -> str:
        if isinstance(place, Group):
            return place.team_id
        chat_id = place.group_chat_id if isinstance(place, Ticket) else place
        if (group := self.group_at(chat_id or 0)) is not None:
            return group.team_id
        return place.team_id if isinstance(place, Ticket) else ""

    def group_of(self, team_id: str) -> Group | None:
        """The group in which a team works, or the desk of all that have none; None: neither.

        A group that was bound with /setup comes before the one that the configuration names.
        """
        bound = list(self.groups.values())
        own = next((group for group in bound if group.team_id == team_id), None)
        return own or next((group for group in bound if group.team_id == EVERY_TEAM), None)

    def chat_now(self, chat_id: int) -> int:
        """The chat that a chat is now: another one if it was a group that has moved."""
        return self.moved.get(chat_id, chat_id)

    def group_at(self, chat_id: int) -> Group | None:
        """The bound group that a chat is or has become; None when it is none of staff's.

        What was written in a group before it moved may be handled after the move was heard of.
        """
        return self.groups.get(self.chat_now(chat_id))


def _chat_of(place: Ticket | Group | None) -> int | None:
    if isinstance(place, Ticket):
        return place.group_chat_id
    return place.chat_id if place is not None else None
