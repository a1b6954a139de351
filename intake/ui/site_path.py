"""Paths of our own pages and files, below the path that the product is served at."""

from __future__ import annotations

from intake.bootstrap import services


def site_path(path: str) -> str:
    """Return an absolute path such as `/inbox` with the prefix of INTAKE_PUBLIC_URL."""
    return f"{services().settings.path_prefix}{path}"
