"""Drafts, kept: what a customer said and what was measured, stored after every step."""

from intake.drafts.figures import Figures, StepFigures
from intake.drafts.files import DraftFile, FileRefused, sanitised_name
from intake.drafts.store import (
    MAX_DRAFT_BYTES,
    DraftClosed,
    DraftStore,
    DraftTooLarge,
    Status,
    StoredDraft,
    hash_token,
)
from intake.drafts.visits import REVIEW, Visit, end_walk

__all__ = [
    "MAX_DRAFT_BYTES",
    "REVIEW",
    "DraftClosed",
    "DraftFile",
    "DraftStore",
    "DraftTooLarge",
    "Figures",
    "FileRefused",
    "Status",
    "StepFigures",
    "StoredDraft",
    "Visit",
    "end_walk",
    "hash_token",
    "sanitised_name",
]
