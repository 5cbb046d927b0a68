"""The people of recalls, who try hypotheses too."""

from tests.bot.recalls.conftest import recalling

__all__ = ["recalling"]
