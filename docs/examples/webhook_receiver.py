"""An example of a receiver of Verso's webhooks, with Python's standard library alone.

    SHOP_WEBHOOK_SECRET=whsec_... python webhook_receiver.py --port 9000 --database shop.db

It takes what is signed with the secret and not older than five minutes, writes it down once by its
`webhook-id`, however often it is sent, and answers only when that is certain. Put a server with
TLS before it. What your shop does about an event, such as paying a refund, belongs into `handle`:
in the same transaction, or in a job that reads the table.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 5 * 60
"""Seconds by which the clocks may differ; what is older may be a copy that somebody kept."""
LONGEST = 1_000_000
"""Bytes."""


def is_signed(secret: bytes, headers, body: bytes) -> bool:
    """Whether the body comes from somebody who knows the secret, and was sent just now."""
    name, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isascii() or not sent_at.isdigit():
        return False
    if abs(time.time() - int(sent_at)) > TOLERANCE:
        return False
    signed = f"{name}.{sent_at}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")  # several while a secret is replaced
    return any(hmac.compare_digest(f"v1,{expected}".encode(), each.encode()) for each in given)


def handle(event: dict, database: sqlite3.Connection) -> None:
    """What the shop does about an event; what is unknown is none of its business."""
    print(event["type"], json.dumps(event["data"], ensure_ascii=False), flush=True)


class Receiver(BaseHTTPRequestHandler):
    """Takes one request."""

    def do_POST(self) -> None:
        """Take a webhook, once."""
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self.answer(413)
            return
        body = self.rfile.read(int(length))
        if not is_signed(self.server.secret, self.headers, body):
            self.answer(401)
            return
        database = sqlite3.connect(self.server.database, timeout=10)
        with database:  # one transaction: written down and done, or neither
            row = (self.headers["webhook-id"], body.decode())
            new = database.execute("INSERT OR IGNORE INTO webhooks VALUES (?, ?)", row).rowcount
            if new:
                handle(json.loads(body), database)
        database.close()
        self.answer(204)

    def answer(self, status: int) -> None:
        """Answer without a body."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        """Nothing: what comes in is printed by `handle`."""


def main() -> None:
    """Listen until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--database", default="webhooks.db")
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Receiver)
    server.secret = base64.b64decode(os.environ["SHOP_WEBHOOK_SECRET"].removeprefix("whsec_"))
    server.database = given.database
    with sqlite3.connect(given.database) as database:
        database.execute("CREATE TABLE IF NOT EXISTS webhooks (id TEXT PRIMARY KEY, body TEXT)")
    database.close()
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
