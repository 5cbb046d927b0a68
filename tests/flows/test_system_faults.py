"""What the system did not let pass is said in our words."""

import errno
import os
import socket
import ssl

import pytest

from flows import system_faults

WAYS: list[tuple[BaseException, str]] = [
    (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "its name leads nowhere"),
    (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "DNS does not answer"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "nobody takes connections there"),
    (TimeoutError(), "does not answer in time"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "no way there"),
    (OSError(errno.EHOSTUNREACH, "No route to host"), "no way there"),
    (ssl.SSLCertVerificationError(1, "self-signed"), "certificate is not trusted"),
    (ssl.SSLError(1, "wrong version number"), "does not speak TLS"),
    (ConnectionResetError(errno.ECONNRESET, "reset"), "ended at once"),
    (OSError("Multiple exceptions: [Errno 111]"), "no connection comes about"),
]


@pytest.mark.parametrize(("error", "words"), WAYS, ids=lambda each: type(each).__name__)
def test_why_nothing_was_reached(error: BaseException, words: str) -> None:
    assert words in system_faults.of_a_way(error)
    wrapped = RuntimeError("the library's own words")
    wrapped.__cause__ = error
    assert system_faults.of_a_way(wrapped) == system_faults.of_a_way(error)


def test_why_a_file_was_not_read_or_written() -> None:
    for number in (*errno.errorcode, None):
        theirs = os.strerror(number or 0)
        ours = system_faults.of_a_file(OSError(number, theirs))
        assert ours
        assert theirs.lower() not in ours.lower()
