"""
Rules draw findings from observations. They are pure: no sockets, no clock, no settings.

Each layer has a package; `ranking` puts the root cause first.
"""

from diagnostics.rules.evidence import Evidence
from diagnostics.rules.inconclusive_reasons import inconclusive_reasons, reason_text
from diagnostics.rules.pages.page_fingerprints import check_pages, compile_patterns
from diagnostics.rules.phases import whole_phases
from diagnostics.rules.ranking import Verdict, conclude
from diagnostics.rules.vantages.views import customer_view, vantage_views

__all__ = [
    "Evidence",
    "Verdict",
    "check_pages",
    "compile_patterns",
    "conclude",
    "customer_view",
    "inconclusive_reasons",
    "reason_text",
    "vantage_views",
    "whole_phases",
]
