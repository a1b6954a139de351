"""
Remedies of a hosting panel and of the operator: steps that name the real places to click.

A file is a list under `remedies`; each entry has `codes`, and steps in `en` and `ru`. A code may
name a variant, as in `dns.nxdomain/cached`; without one, it doesn't apply to variants that have a
remedy of their own ("wait" stays "wait"). `{subject}` in a step is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from diagnostics.catalogue.codes import CODES, code_row
from diagnostics.catalogue.files import load
from diagnostics.catalogue.finding import Finding
from diagnostics.late_imports import importing
from diagnostics.options import RemedyTexts
from diagnostics.texts import LANGUAGES, Language, did_you_mean, yaml_files

RemedySteps = Mapping[Language, tuple[str, ...]]

_MAX_FILE_BYTES = 256 * 1024
_MAX_STEPS, _LONGEST_STEP = 8, 300


def read_remedies(panel: str | None, files: Iterable[Path] = ()) -> dict[str, RemedySteps]:
    """
    Return the steps by code: a panel's, overridden by the operator's, later files winning.

    Raises:
        ValueError: a file can't be used; the message says where and why.

    """
    remedies_by_code: dict[str, RemedySteps] = {}
    if panel is not None:
        rows = load(f"panels/{panel}")
        remedies_by_code |= _check(rows, f"{panel}.yaml")
    for file in yaml_files(files):
        remedies_by_code |= check_remedies(file)
    return remedies_by_code


def check_remedies(file: Path) -> dict[str, RemedySteps]:
    """
    Read and validate a file of remedies.

    Raises:
        ValueError: the file has a mistake; the message says what and where.

    """
    return _check(read_yaml(file), str(file))


def read_yaml(file: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """
    Read a YAML file of the operator's.

    Raises:
        ValueError: it can't be read, is too large, or is not YAML.

    """
    with importing:  # slow to import, and most operators have no such file
        from ruamel.yaml import YAML  # noqa: PLC0415
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    try:
        if file.stat().st_size > _MAX_FILE_BYTES:
            raise ValueError(f"{file}: more than 256 KB")
        return YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{file}: it can't be read ({error.strerror})") from error
    except (YAMLError, UnicodeError) as error:
        why = " ".join(str(error).split())
        raise ValueError(f"{file}: not YAML: {why}") from error


def advise(finding: Finding, remedies: RemedyTexts) -> Finding:
    """Return the finding and its consequences with the steps of `remedies` that apply to them."""
    variant = finding.parameters.get("variant")
    steps = remedies.get(f"{finding.code}/{variant}") if variant else None
    # A remedy for the whole code must not replace a variant's own: where one has to wait, changing
    # a setting doesn't help.
    if steps is None and "remedy" not in variants_of(finding.code).get(variant, {}):
        steps = remedies.get(finding.code)
    below = tuple(advise(consequence, remedies) for consequence in finding.consequences)
    return finding.model_copy(update={"steps": dict(steps or {}), "consequences": below})


def variants_of(code: str) -> Mapping[Any, Mapping[str, str]]:
    """Return the variants of a code, with their texts."""
    variants: Mapping[Any, Mapping[str, str]] = code_row(code).get("variants", {})
    return variants


def _check(loaded: object, where: str) -> dict[str, RemedySteps]:
    rows = loaded.get("remedies") if isinstance(loaded, dict) else None
    if not isinstance(loaded, dict) or set(loaded) != {"remedies"} or not isinstance(rows, list):
        raise ValueError(f"{where}: a list under 'remedies:' is expected")
    remedies_by_code: dict[str, RemedySteps] = {}
    for number, row in enumerate(rows, 1):
        place = f"{where}: remedy {number}"
        steps = _steps(row, place)
        for code in _codes(row, place):
            if code in remedies_by_code:
                raise ValueError(f"{place}: '{code}' has a remedy already in this file")
            remedies_by_code[code] = steps
    return remedies_by_code


def _codes(row: Mapping[str, object], where: str) -> list[str]:
    codes = row.get("codes")
    if not isinstance(codes, list) or not codes:
        raise ValueError(f"{where}: 'codes' lists at least one code, as in [http.bad_gateway]")
    for named in codes:
        code, _, variant = str(named).partition("/")
        if code not in CODES:
            raise ValueError(f"{where}: '{code}' is no code{did_you_mean(code, CODES)}")
        if variant and variant not in variants_of(code):
            known = ", ".join(variants_of(code)) or "none"
            raise ValueError(f"{where}: {code} has no variant '{variant}'; it has: {known}")
    return [str(code) for code in codes]


def _steps(row: object, where: str) -> RemedySteps:
    if not isinstance(row, dict):
        raise ValueError(f"{where}: 'codes' and steps in 'en' or 'ru' are expected")  # noqa: TRY004 - a file's fault
    unknown = sorted(str(name) for name in row if name not in {"codes", *LANGUAGES})
    if unknown:
        raise ValueError(f"{where}: '{unknown[0]}' is neither 'codes' nor 'en' nor 'ru'")
    languages = [language for language in LANGUAGES if language in row]
    if not languages:
        raise ValueError(f"{where}: steps in 'en' or 'ru' are missing")
    return {language: _checked(row[language], f"{where}: {language}") for language in languages}


def _checked(steps: object, where: str) -> tuple[str, ...]:
    if not isinstance(steps, list) or not 0 < len(steps) <= _MAX_STEPS:
        raise ValueError(f"{where}: a list of one to {_MAX_STEPS} steps is expected")
    for number, step in enumerate(steps, 1):
        if not isinstance(step, str) or not step.strip() or len(step) > _LONGEST_STEP:
            raise ValueError(f"{where}: step {number}: a text of up to {_LONGEST_STEP} characters")
        try:
            # Fields such as {subject.__class__} would read attributes of our objects.
            fields = {name for _, name, form, kind in Formatter().parse(step) if name is not None}
        except ValueError as error:
            raise ValueError(f"{where}: step {number}: a brace stands alone") from error
        if fields - {"subject"}:
            raise ValueError(f"{where}: step {number}: only {{subject}} can be filled in")
    return tuple(step.strip() for step in steps)
