"""The cookie with the session token of signed-in staff."""

from __future__ import annotations

COOKIE = "intake_staff"
