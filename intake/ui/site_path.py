"""Addresses of our own pages and files, below whatever path the product is served at."""

from __future__ import annotations

from intake.bootstrap import services


def site_path(path: str) -> str:
    """An absolute path such as `/inbox`, with what INTAKE_PUBLIC_URL has before it."""
    return f"{services().settings.path_prefix}{path}"
