"""A local server that speaks the Bot API, for tests and demonstrations.

```python
async with running_sandbox(budgets=Budgets.documented()) as sandbox:
    bot = await sandbox.create_bot(username="tea_bot")
    anna = await sandbox.create_user(first_name="Anna", language_code="ru")
    await anna.start(bot, "payload")
    answer = await anna.wait_for(bot, text="…")
    await anna.press(answer, "Yes")
```

See docs/sandbox.md.
"""

from bot.sandbox.errors import SandboxError
from bot.sandbox.facade import Sandbox
from bot.sandbox.handles import Channel, Group, Pressed, SandboxBot, Seen
from bot.sandbox.launch import RunningSandbox, run, running_sandbox
from bot.sandbox.person import Person
from bot.sandbox.world.faults import Fault
from bot.sandbox.world.pacing import Budgets

__all__ = [
    "Budgets",
    "Channel",
    "Fault",
    "Group",
    "Person",
    "Pressed",
    "RunningSandbox",
    "Sandbox",
    "SandboxBot",
    "SandboxError",
    "Seen",
    "run",
    "running_sandbox",
]
