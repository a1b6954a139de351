"""
Rules: observations in, findings out. Pure: no sockets, no clock, no settings.

One file a layer; `ranking` puts the root cause first.
"""

from diagnostics.rules.evidence import Evidence
from diagnostics.rules.inconclusive_reasons import inconclusive_reasons, reason_text
from diagnostics.rules.pages.page_fingerprints import check_pages, compile_patterns
from diagnostics.rules.phases import whole_phases
from diagnostics.rules.ranking import Verdict, conclude
from diagnostics.rules.vantages.views import own_view, views_of

__all__ = [
    "Evidence",
    "Verdict",
    "check_pages",
    "compile_patterns",
    "conclude",
    "inconclusive_reasons",
    "own_view",
    "reason_text",
    "views_of",
    "whole_phases",
]
