"""Words and tables that this library keeps as YAML, read once when first asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

Language = Literal["en", "ru"]
_ROOM = Path(__file__).parents[1]


@cache
def load_yaml(name: str) -> dict[str, Any]:
    """Read one of this library's own files, named from its top folder: "texts/refusals.en.yaml"."""
    text = (_ROOM / name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return loaded


def read_all() -> None:
    """Read every file now, so that a service's first visitors don't all read them at once."""
    for path in sorted(_ROOM.rglob("*.yaml")):
        load_yaml(path.relative_to(_ROOM).as_posix())


def visible(text: str, limit: int = 200) -> str:
    """
    Text from the network as harmless text: control characters shown as escapes, and cut.

    A banner, a title or a certificate's name is somebody else's text. Bidirectional and other
    invisible marks count as control characters here.
    """
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text[: limit + 1]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def closest(name: object, known: Iterable[str]) -> str:
    """Give the end of a sentence about a name that is none of the known: the likeliest of them."""
    match = next(iter(difflib.get_close_matches(str(name), list(known), n=1)), None)
    return f"; did you mean '{match}'?" if match else ""
