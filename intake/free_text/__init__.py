"""What a customer's own text says: which checklist it is about. Pure."""

from __future__ import annotations

from intake.free_text.routing import Router, Routing

__all__ = ["Router", "Routing"]
