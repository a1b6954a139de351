"""
Words and tables that are kept as YAML, loaded from their built form.

A pure Python parser takes 0.6 s for all of our YAML, so each file is built into JSON in the
folder `built` beside it (`make docs`; `make check` compares). The YAML is the source.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load_catalogue(source: Path) -> dict[str, Any]:
    """
    Return the content of a YAML catalogue; nobody may change what is returned.

    Raises:
        FileNotFoundError: the catalogue was never built.

    """
    loaded: dict[str, Any] = json.loads(built_path(source).read_text(encoding="utf-8"))
    return loaded


def built_path(source: Path) -> Path:
    """Return where the built form of a YAML catalogue stands."""
    return source.parent / "built" / f"{source.stem}.json"


def build_catalogue(source: Path) -> str:
    """
    Return the built form of a YAML catalogue.

    Raises:
        ValueError: it has a value that JSON does not keep as it is, such as a date.

    """
    from ruamel.yaml import YAML  # noqa: PLC0415 - only who builds needs the parser

    content = YAML(typ="safe", pure=True).load(source.read_text(encoding="utf-8"))
    built = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    if json.loads(built) != content:
        raise ValueError(f"{source}: only texts, numbers, lists and mappings by text are kept")
    return f"{built}\n"
