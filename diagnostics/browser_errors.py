"""What a customer's browser shows, against what we measured: agreeing, or what follows if not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any, NamedTuple

from diagnostics.catalogue import CODES, SYMPTOMS, Finding, FindingText, finding_text
from diagnostics.catalogue.files import load
from diagnostics.report import Report
from diagnostics.texts import Language

_MAX_TEXT = 2000
_VAGUE = {"unreached", "security-warning", "other-error"}
_ANOTHER_PAGE = {"default-page", "suspended-page", "parked-page", "wrong-site"}
_STATUS = re.compile(
    r"\b(?:http|error|ошибка|код|status|error code|код ошибки)?[ :#/]*([45]\d\d)\b"
)


class Explanation(NamedTuple):
    """
    What follows from a browser's error and a report together.

    `codes` are what the report and the error have in common, else what such an error usually
    means. `agrees` is None where either side is unknown. `kind` is one of `SYMPTOMS`, or a sign
    of the customer's own side; "" when the text is not understood.
    """

    codes: tuple[str, ...]
    agrees: bool | None
    follows: FindingText
    kind: str


def explain_browser_error(
    browser_error: str, report: Report, language: Language = "en"
) -> Explanation:
    """
    Compare what the customer sees with what we measured.

    `browser_error` is an error code of Chrome, Firefox or Safari, the words around it in English
    or Russian, or one of our symptoms. The name of Chrome's codes is in its net_error_list.h, of
    Firefox's in its neterror and NSS error tables.
    """
    kind = _kind_of(browser_error)
    if not kind:
        return Explanation((), None, _texts("unknown", language, {}), "")
    row = _table()[kind]
    usual: list[str] = row["codes"]
    matches = list(_all_codes(report.findings))
    same = tuple(code for code in matches if any(fnmatch(code, other_code) for other_code in usual))
    subject = {"subject": report.target.host_display}
    if same:
        return Explanation(same, True, _agreeing(report, language), kind)
    if row.get("own"):
        return Explanation((), False, _texts(kind, language, subject), kind)
    usual_codes = tuple(
        code for code in CODES if any(fnmatch(code, other_code) for other_code in usual)
    )
    if report.verdict == "inconclusive":
        return Explanation(usual_codes, None, _texts("inconclusive", language, subject), kind)
    if report.verdict == "fault":
        text = finding_text(report.findings[0], language)
        values = subject | {"title": text.title, "remedy": text.remedy}
        return Explanation(usual_codes, False, _texts("other-fault", language, values), kind)
    return Explanation(usual_codes, False, _texts(kind, language, subject), kind)


def browser_symptom(text: str) -> str:
    """Which of `SYMPTOMS` a customer's words name; "" where they name none."""
    kind = _kind_of(text)
    if kind in SYMPTOMS:
        return kind
    return "security-warning" if kind.startswith(("certificate-", "tls-")) else ""


def _agreeing(report: Report, language: Language) -> FindingText:
    text = finding_text(report.findings[0], language)
    values = {"title": text.title, "remedy": text.remedy}
    return _texts("agrees", language, values)


def _all_codes(findings: tuple[Finding, ...]) -> Mapping[str, None]:
    codes: dict[str, None] = {}
    for finding in findings:
        codes[finding.code] = None
        codes.update(_all_codes(finding.consequences))
    return codes


def _kind_of(text: str) -> str:
    """
    Find the most telling sign in a text.

    The wrong clock leads: browsers give it the code of a wrong date. Then a code, which means one
    thing; then the longest of the words; then a status. Words that stand over many different
    errors ("this page isn't working") count where there is nothing else.
    """
    # People copy from pages that differ in ё and apostrophes, and in the length of spaces.
    text = " ".join(text[:_MAX_TEXT].lower().replace("ё", "е").replace("’", "'").split())
    if text in SYMPTOMS and text in _table():
        return text
    matches = [
        (kind == "own-clock", "_" in sign, len(sign), kind)
        for kind, row in _table().items()
        for sign in row["signs"]
        if sign in text
    ]
    # An underscore marks a browser's code, such as ERR_CONNECTION_REFUSED.
    telling = [match for match in matches if match[1] or match[-1] not in _VAGUE]
    if telling:
        return max(telling)[-1]
    if status := _STATUS.search(text):
        by_status = f"error-{status[1]}"
        return by_status if by_status in _table() else "other-error"
    return max(matches)[-1] if matches else ""


def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = load("browser_errors")["kinds"]
    return table


def _texts(key: str, language: Language, values: Mapping[str, str]) -> FindingText:
    rows = load("browser_errors")["words"]
    row = rows.get(key) or rows["other-server" if key in _ANOTHER_PAGE else "seen-elsewhere"]
    return FindingText(*(str(row[language][part]).format(**values) for part in FindingText._fields))
