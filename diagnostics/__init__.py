"""
What is wrong with a host, seen from here: a library without a web UI, database or settings.

    reading = read_target("https://shop.example/")
    diagnosis = diagnose(reading.target)
    for observation in diagnosis:
        print(summarise(observation, "en").text)
    print(diagnosis.report.verdict)
"""

from diagnostics.diagnose import Diagnosis, diagnose, resolve_reading
from diagnostics.explain import Explanation, explain
from diagnostics.facts import FACTS, Fact, facts_of
from diagnostics.failures import Failure
from diagnostics.findings import (
    CODES,
    FINDING_LAYERS,
    MAIL_SYMPTOMS,
    PANELS,
    SYMPTOMS,
    CodeInfo,
    Finding,
    Fixer,
    Layer,
    Line,
    Severity,
    Steps,
    Verdict,
    Words,
    check_pages,
    name_of,
    read_remedies,
    steps_of,
    summarise,
    words,
    yaml_files,
)
from diagnostics.observations import Observation
from diagnostics.options import HTTP_PORTS, MAIL_PORTS, SERVICE_PORTS, Address, Network, Options
from diagnostics.report import Report
from diagnostics.targets import (
    AddressPolicy,
    Refusal,
    Target,
    TargetKind,
    TargetReading,
    read_target,
)
from diagnostics.texts import Language, read_all

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
    "Fixer",
    "Language",
    "Layer",
    "Line",
    "Network",
    "Observation",
    "Options",
    "Refusal",
    "Report",
    "Severity",
    "Steps",
    "Target",
    "TargetKind",
    "TargetReading",
    "Verdict",
    "Words",
    "check_pages",
    "diagnose",
    "explain",
    "facts_of",
    "name_of",
    "read_all",
    "read_remedies",
    "read_target",
    "resolve_reading",
    "steps_of",
    "summarise",
    "words",
    "yaml_files",
]
