"""Why the system did not do what was asked, in words of ours: its own are for programmers."""

import errno
import socket
import ssl

_FILES = {
    errno.ENOENT: "it or its folder is not there",
    errno.EACCES: "this user may not do that there",
    errno.EPERM: "this user may not do that there",
    errno.EROFS: "nothing can be written there",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "this user may take no more room there",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EIO: "the disk reports a fault",
    errno.EMFILE: "too many files are open (ulimit -n)",
}
_BY_KIND: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not trusted here"),
    (ssl.SSLError, "it does not speak TLS as https needs it"),
    (socket.gaierror, "its name leads nowhere"),
    (ConnectionRefusedError, "nobody takes connections there"),
    (TimeoutError, "it does not answer in time"),
    (ConnectionError, "the connection was ended at once"),
)
_BY_NUMBER = {
    errno.ENETUNREACH: "this machine's network has no way there",
    errno.EHOSTUNREACH: "this machine's network has no way there",
    errno.EACCES: "this machine does not let it out",
    errno.EPERM: "this machine does not let it out",
    errno.EMFILE: "too many files are open (ulimit -n)",
    errno.ENOENT: "there is no such socket",
}


def of_a_file(error: OSError) -> str:
    """Why a file or a folder could not be read or written, without a full stop."""
    return _FILES.get(error.errno or 0, "the system does not let it")


def of_a_way(error: BaseException) -> str:
    """Why no connection to a server came about, without a full stop; "it" is the server.

    Libraries wrap what the system has said: the first cause that is known counts.
    """
    seen: BaseException | None = error
    while seen is not None:
        if words := _known(seen):
            return words
        seen = seen.__cause__
    return "no connection comes about"


def _known(error: BaseException) -> str:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return "its name cannot be looked up: this machine's DNS does not answer"
    by_kind = next((words for kind, words in _BY_KIND if isinstance(error, kind)), "")
    number = error.errno if isinstance(error, OSError) else None
    return by_kind or _BY_NUMBER.get(number or 0, "")
