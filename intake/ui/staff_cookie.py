"""The cookie of a browser that staff signed in with: a session's token."""

from __future__ import annotations

COOKIE = "intake_staff"
