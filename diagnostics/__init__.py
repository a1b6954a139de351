"""
What is wrong with a host, seen from here: a library without a web UI, database or settings.

    reading = read_target("https://shop.example/")
    diagnosis = diagnose(reading.target)
    for observation in diagnosis:
        print(summarise(observation, "en").text)
    print(diagnosis.report.verdict)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from diagnostics.late_imports import importing

# For type checkers and editors; at run time `_EXPORTS` counts. A test compares both with `__all__`.
if TYPE_CHECKING:
    from diagnostics.browser_errors import Explanation, browser_symptom, explain_browser_error
    from diagnostics.catalogue import (
        CODES,
        FINDING_LAYERS,
        MAIL_SYMPTOMS,
        SYMPTOMS,
        CodeInfo,
        Finding,
        FindingText,
        Fixer,
        Layer,
        RemedySteps,
        Severity,
        code_name,
        finding_text,
        fixer_text,
        read_remedies,
        remedy_steps,
    )
    from diagnostics.diagnosis import Diagnosis, diagnose, load_probes, resolve_reading
    from diagnostics.facts import CONCLUSIONS, FACTS, LETTER_FACTS, Fact, facts_of
    from diagnostics.failures import Failure
    from diagnostics.figures import (
        Figures,
        NameStation,
        PhaseTime,
        RoundTrips,
        figures_of,
        figures_of_contract,
        is_drawn,
    )
    from diagnostics.letters import (
        LetterReading,
        LetterText,
        RecipientReading,
        cause_name,
        fixer_of_cause,
        letter_causes,
        letter_facts,
        letter_fixers,
        letter_text,
    )
    from diagnostics.letters.message_parts import bound_nesting
    from diagnostics.letters.read_letter import read_letter
    from diagnostics.letters.sent_letter import read_sent_letter
    from diagnostics.observation_summary import ObservationSummary, summarise
    from diagnostics.observations import (
        BanObservation,
        Observation,
        Vantage,
        VantageObservation,
        VantageQuestion,
    )
    from diagnostics.options import (
        HTTP_PORTS,
        MAIL_PORTS,
        PANELS,
        SERVICE_PORTS,
        Address,
        Network,
        Options,
        RemedyTexts,
        SentLetter,
    )
    from diagnostics.own_network import may_ping, resolver_answers
    from diagnostics.report import Report
    from diagnostics.rules import Verdict, check_pages
    from diagnostics.targets import (
        AddressPolicy,
        Refusal,
        Target,
        TargetKind,
        TargetReading,
        as_address,
        read_target,
        registered_domain,
    )
    from diagnostics.texts import Language

__all__ = [
    "CODES",
    "CONCLUSIONS",
    "FACTS",
    "FINDING_LAYERS",
    "HTTP_PORTS",
    "LETTER_FACTS",
    "MAIL_PORTS",
    "MAIL_SYMPTOMS",
    "PANELS",
    "SERVICE_PORTS",
    "SYMPTOMS",
    "Address",
    "AddressPolicy",
    "BanObservation",
    "CodeInfo",
    "Diagnosis",
    "Explanation",
    "Fact",
    "Failure",
    "Figures",
    "Finding",
    "FindingText",
    "Fixer",
    "Language",
    "Layer",
    "LetterReading",
    "LetterText",
    "NameStation",
    "Network",
    "Observation",
    "ObservationSummary",
    "Options",
    "PhaseTime",
    "RecipientReading",
    "Refusal",
    "RemedySteps",
    "RemedyTexts",
    "Report",
    "RoundTrips",
    "SentLetter",
    "Severity",
    "Target",
    "TargetKind",
    "TargetReading",
    "Vantage",
    "VantageObservation",
    "VantageQuestion",
    "Verdict",
    "as_address",
    "bound_nesting",
    "browser_symptom",
    "cause_name",
    "check_pages",
    "code_name",
    "diagnose",
    "explain_browser_error",
    "facts_of",
    "figures_of",
    "figures_of_contract",
    "finding_text",
    "fixer_of_cause",
    "fixer_text",
    "importing",
    "is_drawn",
    "letter_causes",
    "letter_facts",
    "letter_fixers",
    "letter_text",
    "load_probes",
    "may_ping",
    "read_letter",
    "read_remedies",
    "read_sent_letter",
    "read_target",
    "registered_domain",
    "remedy_steps",
    "resolve_reading",
    "resolver_answers",
    "summarise",
]

# The public names by the module that defines them. A module is imported when one of its names is
# first used, so that code that only reads targets doesn't wait for the probes.
_EXPORTS: dict[str, tuple[str, ...]] = {
    "browser_errors": ("Explanation", "browser_symptom", "explain_browser_error"),
    "catalogue": (
        "CODES",
        "CodeInfo",
        "FINDING_LAYERS",
        "Finding",
        "FindingText",
        "Fixer",
        "Layer",
        "MAIL_SYMPTOMS",
        "RemedySteps",
        "SYMPTOMS",
        "Severity",
        "code_name",
        "finding_text",
        "fixer_text",
        "read_remedies",
        "remedy_steps",
    ),
    "diagnosis": ("Diagnosis", "diagnose", "load_probes", "resolve_reading"),
    "facts": ("CONCLUSIONS", "FACTS", "LETTER_FACTS", "Fact", "facts_of"),
    "figures": (
        "Figures",
        "NameStation",
        "PhaseTime",
        "RoundTrips",
        "figures_of",
        "figures_of_contract",
        "is_drawn",
    ),
    "failures": ("Failure",),
    "letters": (
        "LetterReading",
        "LetterText",
        "RecipientReading",
        "cause_name",
        "fixer_of_cause",
        "letter_causes",
        "letter_facts",
        "letter_fixers",
        "letter_text",
    ),
    "letters.message_parts": ("bound_nesting",),
    "letters.read_letter": ("read_letter",),
    "letters.sent_letter": ("read_sent_letter",),
    "observation_summary": ("ObservationSummary", "summarise"),
    "observations": (
        "VantageQuestion",
        "Observation",
        "Vantage",
        "VantageObservation",
        "BanObservation",
    ),
    "options": (
        "Address",
        "HTTP_PORTS",
        "MAIL_PORTS",
        "Network",
        "Options",
        "PANELS",
        "RemedyTexts",
        "SERVICE_PORTS",
        "SentLetter",
    ),
    "late_imports": ("importing",),
    "own_network": ("may_ping", "resolver_answers"),
    "report": ("Report",),
    "rules": ("Verdict", "check_pages"),
    "targets": (
        "AddressPolicy",
        "Refusal",
        "Target",
        "TargetKind",
        "TargetReading",
        "as_address",
        "read_target",
        "registered_domain",
    ),
    "texts": ("Language",),
}
_MODULE_OF = {name: module for module, names in _EXPORTS.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module defines
    """Import a public name from the module that defines it (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'diagnostics' has no attribute {name!r}")
    with importing:
        value = getattr(import_module(f"diagnostics.{_MODULE_OF[name]}"), name)
    # The next access finds it without this function.
    globals()[name] = value
    return value
