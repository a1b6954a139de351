"""
Stands in for Dovecot's process that checks passwords, so that Postfix offers a log-in.

It says which mechanisms there are, as Dovecot's authentication protocol wants it, and never
answers a log-in.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from tests.fakes.listeners import Listeners

_HELLO = b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\tcafe\nDONE\n"


class LoginChecker(Listeners):
    """Listens on a Unix socket while its context lasts."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(place))
        place.chmod(0o777)
        listener.listen(16)
        self._kept: list[socket.socket] = []
        self._listen(listener, self._serve)

    def _serve(self, listener: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._kept.append(connection)
            with contextlib.suppress(OSError):
                connection.sendall(_HELLO)
