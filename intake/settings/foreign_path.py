"""Paths that belong to another user, so that this user can't use them."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path
from typing import Final

from diagnostics.texts import Language
from intake.settings.sources import SettingsError

_WORDS: Final = {
    "en": "{path} belongs to another user ({owner}), and you are {user}. Run it as {owner}: {how}",
    "ru": "{path} принадлежит другому пользователю ({owner}), а вы — {user}."
    " Запустите команду от его имени: {how}",
}


class ForeignPath(SettingsError):  # noqa: N818 - what is in the way, as its name says
    """The command must be run by another user, the owner of a path."""

    def __init__(self, path: Path, owner: int) -> None:
        name = user_name(owner)
        who = "" if name == "root" else f" -u {name if not name.isdigit() else repr(f'#{name}')}"
        self._values = {
            "path": path,
            "owner": name,
            "user": user_name(os.geteuid()),
            "how": f"sudo{who} intake …",
        }
        super().__init__(_WORDS["en"].format(**self._values))

    def words(self, language: Language) -> str:
        """Return the message in a language."""
        return _WORDS["ru" if language == "ru" else "en"].format(**self._values)


def user_name(number: int) -> str:
    """Return the name of a user, or the number if the system has no name for it."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def foreign_path(path: Path, access: int = os.R_OK | os.W_OK) -> ForeignPath | None:
    """
    Return what keeps this user from a path: the path itself, or a folder on the way to it.

    `access` is what is to be done there (os.R_OK, os.W_OK). None if nothing prevents it, nothing is
    there, or what prevents it belongs to this user.
    """
    absolute = path.absolute()
    for place in (*reversed(absolute.parents), absolute):
        try:
            status = place.stat()
        except OSError:  # not there: who may make it is another question
            return None
        needed = access if place == absolute else 0
        if stat.S_ISDIR(status.st_mode):
            needed |= os.X_OK
        if not os.access(place, needed):
            return ForeignPath(place, status.st_uid) if status.st_uid != os.geteuid() else None
    return None


def require_own_path(path: Path, access: int = os.R_OK | os.W_OK) -> None:
    """
    Check that this user may use a path.

    Raises:
        ForeignPath: it belongs to another user, who denies access.
    """
    if (foreign := foreign_path(path, access)) is not None:
        raise foreign
