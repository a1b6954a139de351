"""Words for an unknown value are demanded where it may be unknown, and nowhere else."""

from __future__ import annotations

import pytest

from intake.authoring.loader import examine_text
from intake.journey.checklist_paths import shipped_folder

FILE = """checklist: small
title: {{en: Small, ru: Малый}}
steps:
  - {{ask: site, kind: target, text: {{en: Site, ru: Сайт}}}}
  - {{check: web, diagnose: site, of: site}}
  - {{ask: letter, kind: letter, text: {{en: Letter, ru: Письмо}}, required: false}}
  - {{ask: size, kind: number, text: {{en: Size, ru: Размер}}}}
  - tell: advice
    show-if: {condition}
    text: {{en: "So it is: {{{value}}}", ru: "Вот что: {{{value}}}"}}
  - {{ask: email, kind: e-mail, role: contact, text: {{en: E-mail, ru: Почта}}}}
ticket:
  subject: "{{site}}"
  priority: [{{otherwise: normal}}]
  queue: [{{otherwise: hosting}}]
"""


def demanded(value: str, condition: str) -> bool:
    text = FILE.format(value=value, condition=condition)
    codes = {problem.code for problem in examine_text(text, folder=shipped_folder()).problems}
    assert codes <= {"otherwise-lacking"}
    return bool(codes)


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("site", "{web.cause: tls.expired}"),
        ("site", "{not: {site: unknown}}"),
        ("web.cause", "{web.finding: tls.expired}"),
        ("web.first-byte-ms", '{web.first-byte-ms: "> 3000"}'),
        ("web.certificate-days-left", "{web.certificate-days-left: 1-14}"),
        ("letter.cause", "{letter.cause: mailbox-full}"),
        ("size", "{size: 1-5}"),
    ],
)
def test_a_value_that_the_condition_makes_known_needs_no_other_words(
    value: str, condition: str
) -> None:
    assert not demanded(value, condition)


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ("site", "{size: unknown}"),
        ("web.first-byte-ms", "{web.cause: http.slow}"),
        ("web.first-byte-ms", '{any: [{web.first-byte-ms: "> 3000"}, {size: 5}]}'),
        # Of no day left, or of days that have passed, "in {days}" can't be said.
        ("web.certificate-days-left", '{web.certificate-days-left: "< 14"}'),
        ("web.certificate-days-left", "{not: {web.certificate-days-left: unknown}}"),
        ("letter.cause", "{not: {letter: unknown}}"),
        ("size", "{not: {site: unknown}}"),
        ("environment.browser", "{not: {site: unknown}}"),
        # A text may name the value only where it was answered, not where nobody could.
        ("site", "{web.cause: unknown}"),
    ],
)
def test_a_value_that_may_be_unknown_needs_other_words(value: str, condition: str) -> None:
    assert demanded(value, condition)
