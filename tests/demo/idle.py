"""A bot that fetches its updates and does nothing, to try the launcher with.

``python -m tests.demo.idle`` is a process like the demo's own; `fail` makes it end at once.
"""

import json
import os
import sys
import threading
import urllib.error
import urllib.request

IDLE_BOT = (sys.executable, "-m", "tests.demo.idle")
FAILING_BOT = (*IDLE_BOT, "fail")


def _updates(offset: int) -> int:
    address = f"{os.environ['VERSO_BOT_API_URL']}/bot{os.environ['VERSO_BOT_TOKEN']}/getUpdates"
    body = json.dumps({"offset": offset, "timeout": 5}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        found = json.load(answer)["result"]
    return max([offset, *(update["update_id"] + 1 for update in found)])


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    if "fail" in sys.argv:
        sys.exit("The token is wrong.")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    offset = 0
    while True:
        offset = _updates(offset)


if __name__ == "__main__":
    main()
