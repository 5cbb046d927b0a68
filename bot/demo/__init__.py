"""The demo: the real bot against the sandbox, with a page that shows all chats side by side.

See docs/demo.md.
"""

from bot.demo.command import main

__all__ = ["main"]
