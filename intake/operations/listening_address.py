"""Check that the service can listen at its configured address."""

from __future__ import annotations

import errno
import socket

from intake.settings import Settings, SettingsError


def check_address(settings: Settings, *, may_be_taken: bool = False) -> None:
    """
    Try to bind the address before everything starts: a taken port is one line, not a traceback.

    `may_be_taken`: the service itself may be the program that listens there.

    Raises:
        SettingsError: the address or the port can't be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        # As the server does itself: connections of a server just stopped don't keep the port.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.address, settings.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and may_be_taken:
                return
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(
                    f"INTAKE_PORT: {settings.port} is taken by another program; set another port."
                ) from error
            raise SettingsError(
                f"INTAKE_ADDRESS: {settings.address}:{settings.port} can't be listened on"
                f" ({error.strerror}). Set an address of this machine and a port that is free."
            ) from error
