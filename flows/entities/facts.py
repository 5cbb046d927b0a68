"""The families of small named values that an installation keeps (`storage` table `facts`).

A family is one fact, or, when its name ends with a colon, as many as there are keys. Each says how
a person is found in it, which erasing a person goes by; a fact of no family cannot be kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Personal(Enum):
    """How a person is found in a family; what is found goes when they are erased."""

    NO = auto()
    """Not at all: nothing in it says anything of a person."""
    BY_NAME = auto()
    """The name ends with their Telegram id."""
    BY_VALUE = auto()
    """The value is JSON, and `id` in it is their Telegram id."""


@dataclass(frozen=True, slots=True)
class Family:
    """Facts of one kind."""

    name: str
    """The fact's name; that of a family with keys ends with a colon and is where names begin."""
    personal: Personal

    @property
    def keyed(self) -> bool:
        """Whether there is a fact for every key."""
        return self.name.endswith(":")

    def of(self, *keys: object) -> str:
        """The name of the fact with these keys."""
        return self.name + ":".join(map(str, keys))


CONFIG = Family("config", Personal.NO)
"""The configuration in force, as YAML."""
VERSION = Family("config_version", Personal.NO)
"""Its number; every change makes the next one."""
FILE_HASH = Family("config_file", Personal.NO)
"""SHA-256 of the configuration file that was applied last."""
FILE_VERSION = Family("config_file_version", Personal.NO)
"""The version that was in force when the file had been applied last."""
PLANNED_CONFIG = Family("planned_config", Personal.NO)
"""The configuration that planning has looked at, as YAML."""
PLANNED_VERSION = Family("planned_version", Personal.NO)
"""Its number."""
NOT_SURE_DAY = Family("not_sure_day", Personal.NO)
"""The day on which staff were last shown what was not understood, by the brand's clock."""
PHRASE_OFFERED = Family("phrase_offered:", Personal.NO)
"""Which phrases admins were offered, by a hash of words and meaning; the words are not in it."""
MORNING = Family("morning:", Personal.NO)
"""The day on which a group was last told what is open, by its team's clock."""
PICTURES_SHOWN = Family("pictures_shown:", Personal.NO)
"""The day on which a group was last shown pictures by itself, by its team's clock."""
LETTER_SENT = Family("letter_sent:", Personal.BY_NAME)
"""The week whose letter a group or an admin was last sent by itself, by chat id."""
SILENCE_LOOKED = Family("silence_looked", Personal.NO)
"""The day on which it was last looked for silent stages, by the brand's clock."""
SILENT_STAGE = Family("silent_stage:", Personal.NO)
"""The day on which admins were told that a stage is silent; gone when it is heard of again."""
STAGE_SKIPPED = Family("stage_skipped", Personal.NO)
"""The day on which admins were told that most complaints name no stage; gone when most do."""
SALT = Family("salt", Personal.NO)
"""Random text of this installation, for holdouts."""
CLAIM_TOKEN = Family("claim_token", Personal.NO)
"""What whoever shows it first becomes an admin by; gone when it was used."""
INVITATION = Family("admin_invite:", Personal.NO)
"""Who invited somebody to be an admin, as JSON with until when, by the link's secret."""
INDEXED = Family("search_indexed", Personal.NO)
"""The number up to which tickets of before there was an index are in it; `done`: all are."""
PEOPLE = Family("people_version", Personal.NO)
"""Another value whenever who looks after the bot has changed; every process notices by it."""
ADMIN_NAME = Family("admin_name:", Personal.NO)
"""How an admin who has changed something is called, by Telegram id: of the office, which stays."""
MOVED = Family("moved:", Personal.NO)
"""Which group an earlier one became, by the chat id that it had."""
REFUSED = Family("refused:", Personal.NO)
"""What admins were told of something that a group refuses, as JSON, by chat id and what it is."""
OPEN_GROUP = Family("open_group:", Personal.NO)
"""The title of a group named in the configuration that others read, too, as JSON with why, by chat
id; gone when admins were told."""
SIGN = Family("sign:", Personal.NO)
"""How answers that were delivered are marked in a group that refuses the usual reaction, as JSON
with the day on which it was refused last, by chat id."""
SEEN = Family("seen:", Personal.BY_VALUE)
"""Telegram id and first name of who was seen in a group, by chat id and handle."""
PLAIN = Family("plain:", Personal.BY_NAME)
"""What becomes of the plain words of a member of staff, by chat id and Telegram id."""
STAFF = Family("staff:", Personal.BY_VALUE)
"""Telegram id, name and handle of who was seen in a group, and whether they have written there in
their own name, by chat id and Telegram id."""
AWAY = Family("away:", Personal.BY_NAME)
"""Until when a member of staff is away, by Telegram id."""
ANONYMOUS = Family("anonymous:", Personal.NO)
"""Groups in which somebody has written as the group, by chat id."""
LINES = Family("asks_lines", Personal.NO)
"""Until when each priority's line for the daily budget reaches, as JSON."""
BEHIND = Family("staff_behind", Personal.NO)
"""Since when more tickets wait for staff than the limit; gone when they have caught up."""
OCCASION = Family("occasion:", Personal.NO)
"""The last fixed time of a schedule that was planned, by the schedule."""
LEAD = Family("lead", Personal.NO)
"""The term of the process that leads: whoever begins to lead writes another."""
TENANTS = Family("tenants:", Personal.NO)
"""The shops or accounts of another system that have told anything, as JSON, by the system."""
POOL_TOLD = Family("pool_told:", Personal.NO)
"""How few codes a pool had left when admins were told of it last, by the pool."""
THANKS_TOLD = Family("thanks_told:", Personal.NO)
"""When admins were told that thanks have reached a limit, by the rule and the month."""
IMPORT_MAP = Family("import_map:", Personal.NO)
"""Which columns of a file are which fields, as JSON, by the name that somebody gave it."""
OUTSIDE = Family("outside:", Personal.NO)
"""Which change waits for an issue or a release of GitHub, as JSON with its name, by a digest."""
CHANNEL = Family("channel", Personal.NO)
"""The id of the channel in which stories are posted."""
CHANNEL_MET = Family("channel_met:", Personal.NO)
"""What is known of a channel whose administrator an admin made the bot, as JSON, by its id."""
WEBHOOKS_GONE = Family("webhooks_gone:", Personal.NO)
"""That a receiver wants nothing any more, as JSON with its address and since when, by its id."""
WEBHOOKS_TOLD = Family("webhooks_told:", Personal.NO)
"""When admins were last told that a receiver does not take what it is sent, by its id."""
PROBE = Family("probe", Personal.NO)
"""Random text, written to see whether the database can be written."""

FAMILIES: Mapping[str, Family] = {
    each.name: each for each in list(globals().values()) if isinstance(each, Family)
}
"""All families, by name."""


def family_of(name: str) -> Family:
    """The family of a fact. Raises LookupError when it has none."""
    beginning, colon, key = name.partition(":")
    family = FAMILIES.get(beginning + colon)
    if family is None or family.keyed != bool(key):
        raise LookupError(f"there is no family of facts for {name!r}")
    return family
