"""Compare the error that a customer's browser shows with the report of a diagnosis."""

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
_UNEXPECTED_PAGES = {"default-page", "suspended-page", "parked-page", "wrong-site"}
_STATUS = re.compile(
    r"\b(?:http|error|ошибка|код|status|error code|код ошибки)?[ :#/]*([45]\d\d)\b"
)


class Explanation(NamedTuple):
    """
    The conclusion from a browser's error and a report.

    `codes` are the findings that both name; if there are none, those that such an error usually
    has. `agrees` is None if the error wasn't understood or the report is inconclusive. `follows`
    is the conclusion in words. `kind` is a key of `browser_errors.yaml`: one of `SYMPTOMS` or a
    more exact kind; "" if the text wasn't understood.
    """

    codes: tuple[str, ...]
    agrees: bool | None
    follows: FindingText
    kind: str


def explain_browser_error(
    browser_error: str, report: Report, language: Language = "en"
) -> Explanation:
    """
    Compare the error that the customer sees with the report.

    `browser_error` is an error code of Chrome, Firefox or Safari, the words of its error page in
    English or Russian, or one of `SYMPTOMS`. Chrome's codes are listed in its net_error_list.h,
    Firefox's in its neterror and NSS error tables.
    """
    kind = _kind_of(browser_error)
    if not kind:
        return Explanation((), None, _texts("unknown", language, {}), "")
    row = _table()[kind]
    usual: list[str] = row["codes"]
    reported_codes = list(_all_codes(report.findings))
    common = tuple(
        code for code in reported_codes if any(fnmatch(code, pattern) for pattern in usual)
    )
    subject = {"subject": report.target.host_display}
    if common:
        return Explanation(common, True, _agreement_text(report, language), kind)
    if row.get("own"):
        return Explanation((), False, _texts(kind, language, subject), kind)
    usual_codes = tuple(code for code in CODES if any(fnmatch(code, pattern) for pattern in usual))
    if report.verdict == "inconclusive":
        return Explanation(usual_codes, None, _texts("inconclusive", language, subject), kind)
    if report.verdict == "fault":
        text = finding_text(report.findings[0], language)
        values = subject | {"title": text.title, "remedy": text.remedy}
        return Explanation(usual_codes, False, _texts("other-fault", language, values), kind)
    return Explanation(usual_codes, False, _texts(kind, language, subject), kind)


def browser_symptom(text: str) -> str:
    """Return which of `SYMPTOMS` a customer's words name; "" if they name none."""
    kind = _kind_of(text)
    if kind in SYMPTOMS:
        return kind
    return "security-warning" if kind.startswith(("certificate-", "tls-")) else ""


def _agreement_text(report: Report, language: Language) -> FindingText:
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
    Return the kind of error that a text describes, by its most specific sign; "" if it has none.

    The wrong clock comes first, because browsers show it with the code of a wrong date. Then a
    browser's code, because it has one meaning; then the longest phrase; then an HTTP status.
    Phrases that browsers show for many errors ("this page isn't working") are used last.
    """
    # Browsers' pages differ in the letter ё, in apostrophes and in white space.
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
    specific = [match for match in matches if match[1] or match[-1] not in _VAGUE]
    if specific:
        return max(specific)[-1]
    if status := _STATUS.search(text):
        by_status = f"error-{status[1]}"
        return by_status if by_status in _table() else "other-error"
    return max(matches)[-1] if matches else ""


def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = load("browser_errors")["kinds"]
    return table


def _texts(key: str, language: Language, values: Mapping[str, str]) -> FindingText:
    rows = load("browser_errors")["words"]
    row = rows.get(key) or rows["other-server" if key in _UNEXPECTED_PAGES else "seen-elsewhere"]
    return FindingText(*(str(row[language][part]).format(**values) for part in FindingText._fields))
