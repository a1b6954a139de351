"""Load the YAML files of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from diagnostics.texts import load_catalogue

_FOLDER = Path(__file__).parent


def load(name: str) -> dict[str, Any]:
    """Return the content of one file; `name` has no suffix, as in "fixers" or "panels/plesk"."""
    return load_catalogue(_FOLDER / f"{name}.yaml")
