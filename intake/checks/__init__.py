"""Diagnoses on behalf of drafts: one run a target, many readers, within budgets."""

from intake.checks.service import CheckService, Progress
from intake.checks.storage import CheckStorage

__all__ = ["CheckService", "CheckStorage", "Progress"]
