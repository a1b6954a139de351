"""Reads a customer's own text: the checklist it is about, and answers in it. Pure."""

from __future__ import annotations

from intake.free_text.prefill import prefills
from intake.free_text.routing import Router, Routing
from intake.free_text.text_reading import TextReading, read_free_text, target_of

__all__ = ["Router", "Routing", "TextReading", "prefills", "read_free_text", "target_of"]
