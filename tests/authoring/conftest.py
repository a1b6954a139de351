"""The small checklists and the customer of `tests/journey`, for the workshop's tests too."""

from __future__ import annotations

from tests.journey.conftest import checklist, customer, now

__all__ = ["checklist", "customer", "now"]
