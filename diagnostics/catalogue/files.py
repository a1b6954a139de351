"""Load the YAML files of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from diagnostics.texts import load_catalogue

_FOLDER = Path(__file__).parent
# The files of known pages, each of one code, in the order in which a page is compared with them.
PAGE_FILES: Final = (
    *("blocked_by_protection", "defaced_page", "unavailable", "bad_gateway", "gateway_timeout"),
    *("cdn_origin_error", "auth_required", "suspended_page", "parked_page"),
    *("app_database_error", "app_error", "maintenance_page", "vhost_missing", "bad_request"),
    *("directory_listing", "default_page"),
)


def load(name: str) -> dict[str, Any]:
    """Return the content of one file; `name` has no suffix, as in "fixers" or "panels/plesk"."""
    return load_catalogue(_FOLDER / f"{name}.yaml")


@cache
def load_pages() -> dict[str, list[Mapping[str, Any]]]:
    """Return the fingerprints of known pages by code, in the order in which they are tried."""
    return {code: rows for name in PAGE_FILES for code, rows in load(f"pages/{name}").items()}
