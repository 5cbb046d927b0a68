"""A port for a server that is started, killed and started again."""

import random
import socket

FIRST, LAST = 20_000, 29_999
"""Below what machines give to outgoing connections (from 32,768 on Linux, from 49,152 by IANA):
what is free now is not taken by one of those before the server is there, or while it is down."""


def free_port() -> int:
    """A port of this machine that nobody listens on. Raises OSError when all are taken."""
    for port in random.sample(range(FIRST, LAST + 1), LAST - FIRST):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port from {FIRST} to {LAST} is free")
