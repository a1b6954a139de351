"""
What is wrong with a host, seen from here: a library without a web UI, database or settings.

    reading = read_target("https://shop.example/")
    diagnosis = diagnose(reading.target)
    for observation in diagnosis:
        print(summarise(observation, "en").text)
    print(diagnosis.report.verdict)
"""

from diagnostics.browser_errors import Explanation, explain_browser_error
from diagnostics.catalogue import (
    CODES,
    FINDING_LAYERS,
    MAIL_SYMPTOMS,
    PANELS,
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
    read_remedies,
    remedy_steps,
    yaml_files,
)
from diagnostics.diagnose import Diagnosis, diagnose, load_probes, resolve_reading
from diagnostics.facts import FACTS, Fact, facts_of
from diagnostics.failures import Failure
from diagnostics.observation_summary import ObservationSummary, summarise
from diagnostics.observations import Observation
from diagnostics.options import HTTP_PORTS, MAIL_PORTS, SERVICE_PORTS, Address, Network, Options
from diagnostics.report import Report
from diagnostics.rules import Verdict, check_pages
from diagnostics.targets import (
    AddressPolicy,
    Refusal,
    Target,
    TargetKind,
    TargetReading,
    read_target,
)
from diagnostics.texts import Language

__all__ = [
    "CODES",
    "FACTS",
    "FINDING_LAYERS",
    "HTTP_PORTS",
    "MAIL_PORTS",
    "MAIL_SYMPTOMS",
    "PANELS",
    "SERVICE_PORTS",
    "SYMPTOMS",
    "Address",
    "AddressPolicy",
    "CodeInfo",
    "Diagnosis",
    "Explanation",
    "Fact",
    "Failure",
    "Finding",
    "FindingText",
    "Fixer",
    "Language",
    "Layer",
    "Network",
    "Observation",
    "ObservationSummary",
    "Options",
    "Refusal",
    "RemedySteps",
    "Report",
    "Severity",
    "Target",
    "TargetKind",
    "TargetReading",
    "Verdict",
    "check_pages",
    "code_name",
    "diagnose",
    "explain_browser_error",
    "facts_of",
    "finding_text",
    "load_probes",
    "read_remedies",
    "read_target",
    "remedy_steps",
    "resolve_reading",
    "summarise",
    "yaml_files",
]
