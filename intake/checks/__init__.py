"""Diagnoses on behalf of drafts: one run a target, many readers, within budgets."""

from intake.checks.service import CheckService, Progress

__all__ = ["CheckService", "Progress"]
