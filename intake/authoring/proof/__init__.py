"""Proves claims about a checklist over all possible cases, before customers use it."""

from intake.authoring.proof.claims import prove

__all__ = ["prove"]
