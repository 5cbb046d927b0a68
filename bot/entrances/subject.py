"""What entrances add to the engine."""

from bot.core.subject import Subject
from bot.entrances import loading

ENTRANCES = Subject("entrances", loaders=(loading.load,))
