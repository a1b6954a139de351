"""
Texts and tables that are written as YAML, loaded from their built form.

A pure Python parser takes 0.6 s for all of our YAML, so each file is built into JSON in the folder
`built` beside it (`make docs`; `make check` compares). The YAML is the source: if it was changed
since, it is parsed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from diagnostics.late_imports import importing
from diagnostics.texts.language import localised


@cache
def load_catalogue(source: Path) -> dict[str, Any]:
    """Return the content of a YAML catalogue. It is shared: callers must not change it."""
    data = source.read_bytes()
    try:
        built = json.loads(built_path(source).read_bytes(), object_hook=localised)
    except FileNotFoundError:
        built = {}
    # A checksum, not a time: an installed package may have any times.
    if built.get("crc32") == zlib.crc32(data):
        content: dict[str, Any] = built["content"]
        return content
    return _parse(data)


def built_path(source: Path) -> Path:
    """Return the path of the built form of a YAML catalogue."""
    return source.parent / "built" / f"{source.stem}.json"


def build_catalogue(source: Path) -> str:
    """
    Return the built form of a YAML catalogue.

    Raises:
        ValueError: it has a value that JSON does not keep as it is, such as a date.
    """
    data = source.read_bytes()
    content = _parse(data)
    built = {"crc32": zlib.crc32(data), "content": content}
    text = json.dumps(built, ensure_ascii=False, indent=1, default=str)
    if json.loads(text)["content"] != content:
        raise ValueError(f"{source}: only texts, numbers, lists and mappings by text are kept")
    return f"{text}\n"


def yaml_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files, and the `*.yaml` of folders sorted by name."""
    return [
        file
        for path in paths
        for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    ]


def _parse(data: bytes) -> dict[str, Any]:
    with importing:
        from ruamel.yaml import YAML  # noqa: PLC0415 - seldom needed, and slow to import
    parsed = YAML(typ="safe", pure=True).load(data)
    # By way of JSON, which is how the built form is read.
    content: dict[str, Any] = json.loads(json.dumps(parsed, default=str), object_hook=localised)
    return content
