"""
Rules and words: observations in, findings out. Pure: no sockets, no clock, no settings.

One file a layer; `registry` lists the rules; `order` puts the root cause first; the catalogue
folder holds codes, words and page fingerprints as data.
"""

from diagnostics.findings.evidence import Evidence
from diagnostics.findings.lines import Line, summarise
from diagnostics.findings.model import (
    CODES,
    FINDING_LAYERS,
    MAIL_SYMPTOMS,
    SYMPTOMS,
    CodeInfo,
    Finding,
    Fixer,
    Layer,
    Severity,
)
from diagnostics.findings.order import Verdict, conclude
from diagnostics.findings.pages import check_pages
from diagnostics.findings.reasons import in_words, reasons_of
from diagnostics.findings.remedies import PANELS, Steps, advise, read_remedies, yaml_files
from diagnostics.findings.words import Words, name_of, steps_of, words

__all__ = [
    "CODES",
    "FINDING_LAYERS",
    "MAIL_SYMPTOMS",
    "PANELS",
    "SYMPTOMS",
    "CodeInfo",
    "Evidence",
    "Finding",
    "Fixer",
    "Layer",
    "Line",
    "Severity",
    "Steps",
    "Verdict",
    "Words",
    "advise",
    "check_pages",
    "conclude",
    "in_words",
    "name_of",
    "read_remedies",
    "reasons_of",
    "steps_of",
    "summarise",
    "words",
    "yaml_files",
]
