"""What all parts of a configuration share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from flows.config.fields import Id, Titles


def _one_or_many(value: Any) -> Any:
    """A single word may stand for a list of one."""
    return [value] if isinstance(value, str) else value


Some = BeforeValidator(_one_or_many)


def _entry_or_list(value: Any) -> Any:
    """A single entry may stand for a list of one."""
    return [value] if isinstance(value, (dict, BaseModel)) else value


OneOrMany = BeforeValidator(_entry_or_list)


class Part(BaseModel):
    """A frozen part of the configuration; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Titled(Part):
    """Something people choose from, or read of: an id, and a title in each language."""

    id: Id
    title: Titles

    def in_language(self, language: str, default: str) -> str:
        """The title in a language, else in the default one, else the id."""
        return self.title.get(language) or self.title.get(default) or self.id
