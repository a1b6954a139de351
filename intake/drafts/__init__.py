"""Stored drafts: a customer's answers and measurements, saved after every step."""

from intake.drafts.draft_files import DraftFiles
from intake.drafts.file_preparation import PreparedFile, prepare_file
from intake.drafts.file_rules import DraftFile, FileRefused, sanitised_name
from intake.drafts.redacted_answers import RedactedAnswer, redact_answer
from intake.drafts.retention import delete_old_drafts
from intake.drafts.statistics import ChecklistStatistics, StepStatistics, read_statistics
from intake.drafts.store import (
    MAX_DRAFT_BYTES,
    DraftStore,
    DraftTooLarge,
    Status,
    StoredDraft,
    hash_token,
)
from intake.drafts.touch import DraftClosed
from intake.drafts.visit_log import REVIEW, Visit, end_walk, forget_walk

__all__ = [
    "MAX_DRAFT_BYTES",
    "REVIEW",
    "ChecklistStatistics",
    "DraftClosed",
    "DraftFile",
    "DraftFiles",
    "DraftStore",
    "DraftTooLarge",
    "FileRefused",
    "PreparedFile",
    "RedactedAnswer",
    "Status",
    "StepStatistics",
    "StoredDraft",
    "Visit",
    "delete_old_drafts",
    "end_walk",
    "forget_walk",
    "hash_token",
    "prepare_file",
    "read_statistics",
    "redact_answer",
    "sanitised_name",
]
