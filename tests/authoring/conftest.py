"""Makes the small checklists and the customer of `tests/journey` available to these tests."""

from __future__ import annotations

from tests.journey.conftest import checklist, customer, now

__all__ = ["checklist", "customer", "now"]
