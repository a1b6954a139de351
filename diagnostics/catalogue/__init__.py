"""
The catalogue of findings: codes, texts and remedies, loaded from YAML files.

The files are in this folder: the codes and texts of each layer in `layers`, page fingerprints,
browsers' errors, the remedies of hosting panels.
"""

from diagnostics.catalogue.codes import (
    CODES,
    FINDING_LAYERS,
    MAIL_SYMPTOMS,
    SYMPTOMS,
    CodeInfo,
    Fixer,
    Layer,
    Severity,
)
from diagnostics.catalogue.finding import Finding, make_finding
from diagnostics.catalogue.finding_text import (
    Audience,
    FindingText,
    code_name,
    finding_text,
    fixer_text,
    remedy_steps,
)
from diagnostics.catalogue.remedies import (
    RemedySteps,
    advise,
    read_remedies,
    read_yaml,
)

__all__ = [
    "CODES",
    "FINDING_LAYERS",
    "MAIL_SYMPTOMS",
    "SYMPTOMS",
    "Audience",
    "CodeInfo",
    "Finding",
    "FindingText",
    "Fixer",
    "Layer",
    "RemedySteps",
    "Severity",
    "advise",
    "code_name",
    "finding_text",
    "fixer_text",
    "make_finding",
    "read_remedies",
    "read_yaml",
    "remedy_steps",
]
