"""The inputs of `intake checklists try`: answers, and mock measurements or whole reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from diagnostics import Finding, Report, read_target
from diagnostics.texts import Language
from intake.authoring.messages import did_you_mean
from intake.authoring.simulation import mock_measurements
from intake.authoring.simulation.mock_measurements import MockMeasurements, NotMeasurable
from intake.authoring.simulation.walk import ScriptedAnswer, WalkResult, walk
from intake.authoring.syntax.yaml_reader import read_yaml
from intake.journey.checklist import Checklist
from intake.journey.draft import Draft
from intake.journey.steps import Ask, Tell

_MAX_BYTES = 8 * 1024 * 1024  # a whole report is larger than a checklist
_INSISTED_KEYS = {"value", "insisted"}


class TryError(Exception):
    """A file of `try` can't be used; the message says where and what to do."""


def read_answers(path: Path, checklist: Checklist) -> dict[str, ScriptedAnswer]:
    """
    Return the answers by step id: null is "I don't know", {value, insisted} keeps a thin one.

    Raises:
        TryError: the file can't be read, or names what the checklist doesn't ask.
    """
    asked = [step.id for step in checklist.steps if isinstance(step, Ask | Tell)]
    scripted: dict[str, ScriptedAnswer] = {}
    for name, value in _mapping(path, "answers by step id, such as 'site: shop.example'").items():
        if name not in asked:
            raise TryError(
                f"{path}: '{name}' is no step of '{checklist.id}'{did_you_mean(name, asked)}"
            )
        if isinstance(value, dict) and "value" in value and value.keys() <= _INSISTED_KEYS:
            insisted = value.get("insisted", False)
            if not isinstance(insisted, bool):
                raise TryError(f"{path}: '{name}': 'insisted' is true or false")
            scripted[name] = ScriptedAnswer(value["value"], insisted)
        else:
            scripted[name] = ScriptedAnswer(value)
    return scripted


def read_measured(path: Path | None, checklist: Checklist) -> MockMeasurements:
    """
    Return the measurements by check id: mock findings, or whole reports.

    Raises:
        TryError: the file can't be read, or holds neither mock findings nor a report.
    """
    if path is None:
        return MockMeasurements()
    written = _mapping(path, "findings by check id, such as 'web: {finding: …}'")
    printed = {name: value for name, value in written.items() if _is_report(value)}
    rest = {name: value for name, value in written.items() if name not in printed}
    known = {check.id for check in checklist.checks}
    try:
        measured = mock_measurements.read_mock_measurements(
            # A report under a name that is no check is refused like any other such name.
            rest | dict.fromkeys(printed.keys() - known),
            checklist,
        )
    except NotMeasurable as error:
        raise TryError(f"{path}: {error.message}") from None
    reports = {name: _report(path, name, value) for name, value in printed.items()}
    return replace(measured, reports=reports)


def _is_report(value: object) -> bool:
    return isinstance(value, dict) and ("observations" in value or "findings" in value)


def _report(path: Path, name: str, printed: Mapping[str, Any]) -> Report:
    """Return a report from what `intake diagnose --json` printed."""
    target = printed.get("target")
    asked = target.get("input") if isinstance(target, dict) else None
    # The printed form says less of a target than a report needs, so it is read from its input
    # again.
    reading = read_target(str(asked or ""))
    if not isinstance(target, dict) or not reading.accepted:
        raise TryError(f"{path}: '{name}': this report has no target that can be read")
    try:
        return Report.model_validate(
            {
                "target": reading.target,
                "kind": target.get("kind"),
                "verdict": printed.get("verdict"),
                "findings": [_known_part(finding) for finding in printed.get("findings", [])],
                "observations": printed.get("observations", []),
                "addresses": target.get("addresses", []),
                "started_at": printed.get("started_at"),
                "duration_s": printed.get("duration_s"),
            }
        )
    except (ValidationError, TypeError, AttributeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        where = ".".join(str(part) for part in first["loc"]) if first else "findings"
        what = f"no report of `intake diagnose --json`: '{where}' doesn't fit"
        raise TryError(f"{path}: '{name}' is {what}") from None


def _known_part(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Return a finding without the words that were printed with it."""
    known = {key: value for key, value in finding.items() if key in Finding.model_fields}
    known["consequences"] = [
        _known_part(consequence) for consequence in finding.get("consequences", [])
    ]
    return known


def try_checklist(
    checklist: Checklist,
    answers: Mapping[str, ScriptedAnswer],
    measured: MockMeasurements,
    *,
    language: Language,
    now: datetime,
) -> WalkResult:
    """Walk the checklist; a check without a measurement counts as failed on our side."""
    draft = Draft(language=language, environment=measured.environment)
    return walk(checklist, draft, answers, measure=lambda due: measured.run(due, now), now=now)


def _mapping(path: Path, what: str) -> dict[str, Any]:
    content = _content(path)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise TryError(f"{path}: this file is a mapping of {what}")
    return content


def _content(path: Path) -> Any:  # noqa: ANN401  whatever the file holds
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        # Before decoding: the cut may split a character, which isn't the author's mistake.
        if len(raw) > _MAX_BYTES:
            raise TryError(f"{path}: is larger than {_MAX_BYTES // 1024 // 1024} MB")
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise TryError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise TryError(f"{path}: is not UTF-8; save it as UTF-8") from None
    try:
        # JSON first: the YAML reader takes 256 KB at most, and a printed report may be larger.
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    root, problems = read_yaml(text, file=str(path))
    if problems:
        raise TryError("\n".join(str(problem) for problem in problems))
    return root.plain() if root else None
