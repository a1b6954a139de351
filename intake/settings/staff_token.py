"""
The staff's token: the operator's own, else one that is created once and stored in the data folder.

Whoever has it can read every ticket, so a missing token or one that could be guessed stops the
start.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from intake.settings import PREFIX, Settings, SettingsError

MIN_LENGTH = 20  # characters; of base 32 they are 100 bits


def read_staff_token(settings: Settings) -> str:
    """
    Return the token, created at the first start if the operator set none.

    Raises:
        SettingsError: it is shorter than MIN_LENGTH, or the file can't be read or written.
    """
    if settings.staff_token is not None:
        return _check_length(settings.staff_token.get_secret_value(), f"{PREFIX}STAFF_TOKEN")
    path = settings.data / "staff-token"
    try:
        if not path.exists():
            _create(path)
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(
            f"{PREFIX}DATA: the staff's token {path} can't be kept ({why})."
            f" Make room or rights for it, or set {PREFIX}STAFF_TOKEN."
        ) from error
    # Checked here too: a file emptied by a full disk or by hand must not let everybody in.
    return _check_length(token, str(path))


def read_link_key(settings: Settings) -> bytes:
    """
    Return the key that signs the links in mails to customers, created at the first start.

    Raises:
        SettingsError: the file can't be read or written.
    """
    path = settings.data / "link-key"
    try:
        if not path.exists():
            _create(path)
        return _check_length(path.read_text(encoding="ascii"), str(path)).encode()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{PREFIX}DATA: the key {path} can't be kept. Make room or rights for it."
        ) from error


def _check_length(token: str, where: str) -> str:
    if len(token.strip()) < MIN_LENGTH:
        raise SettingsError(
            f"{where}: the staff's token has {len(token.strip())} characters and could be guessed."
            f" Use {MIN_LENGTH} or more, or remove it and have one made."
        )
    return token.strip()


def _create(path: Path) -> None:
    """
    Create the file, complete or not at all, and never over an existing one.

    The token is written and synced under another name first: a full disk or a kill leaves no empty
    file. `link` fails if the name is taken, so of two first starts at once one wins, and both read
    what it wrote.
    """
    handle, name = tempfile.mkstemp(prefix=".staff-token-", dir=path.parent)  # for its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
