"""Remedies of panels and operators: strictly read, and said wherever a finding is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from diagnostics import CODES, PANELS, Finding, finding_text, read_remedies, remedy_steps
from diagnostics.catalogue import advise, make_finding
from diagnostics.texts import CompleteLanguage
from intake.journey import Answer, Checklist, CheckRun, Draft, Journey, moves_of
from intake.tickets.diagnosis import diagnosis_of
from tests.daemons.nginx import NginxSite
from tests.diagnostics.conftest import ask
from tests.diagnostics.test_command import intake
from tests.tickets.example import RAW

LANGUAGES = get_args(CompleteLanguage)


def found(code: str, **parameters: str) -> Finding:
    return make_finding(code, "shop.example", (), parameters=parameters)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panels_remedies_are_whole(panel: str) -> None:
    remedies = read_remedies(panel)
    assert {"http.bad_gateway", "http.vhost_missing", "tls.expired"} <= set(remedies)
    for code, steps in remedies.items():
        assert code in CODES
        assert set(steps) == set(LANGUAGES)
        assert len({len(said) for said in steps.values()}) == 1
        for language in LANGUAGES:
            said = finding_text(advise(found(code), remedies), language)
            assert said.remedy == " ".join(steps[language]).format(subject="shop.example")
            assert all(step.endswith(".") for step in steps[language])


def test_waiting_stays_waiting() -> None:
    """A variant with a remedy of its own is not overruled by the panel's general one."""
    cached = advise(found("dns.nxdomain", variant="cached"), read_remedies("cpanel"))
    assert "wait" in finding_text(cached).remedy
    assert not remedy_steps(cached)


def test_a_variant_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("remedies: [{codes: [dns.nxdomain/cached], en: [Be calm.]}]", encoding="utf-8")
    cached = advise(found("dns.nxdomain", variant="cached"), read_remedies("cpanel", [file]))
    assert finding_text(cached).remedy == "Be calm."
    assert "Подождите" not in finding_text(cached, "ru").remedy, "a missing language is ours"


def test_consequences_are_advised_too() -> None:
    both = found("http.default_page").model_copy(
        update={"consequences": (found("tls.name_mismatch"),)}
    )
    assert remedy_steps(advise(both, read_remedies("plesk")).consequences[0])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a list under 'remedies:' is expected"),
        ("remedies: {}", "a list under 'remedies:' is expected"),
        ("remedies: [", "not YAML"),
        ("remedies: [x]", "remedy 1: 'codes' and steps"),
        ("remedies: [{en: [x]}]", "remedy 1: 'codes' lists at least one code"),
        ("remedies: [{codes: [x.y], en: [x]}]", "'x.y' is no code"),
        ("remedies: [{codes: [tls.expired]}]", "steps in 'en' or 'ru' are missing"),
        ("remedies: [{codes: [tls.expired], de: [x]}]", "'de' is neither"),
        ("remedies: [{codes: [tls.expired], en: x}]", "en: a list of one to 8 steps"),
        ("remedies: [{codes: [tls.expired], en: ['']}]", "en: step 1: a text"),
        ("remedies: [{codes: [tls.expired], en: ['{']}]", "a brace stands alone"),
        ("remedies: [{codes: [tls.expired], en: ['{names}']}]", "only {subject}"),
        ("remedies: [{codes: [tls.expired], en: ['{subject.x}']}]", "only {subject}"),
        ("remedies: [{codes: [dns.nxdomain/x], en: [x]}]", "no variant 'x'; it has: ending"),
        (
            "remedies: [{codes: [tls.expired], en: [x]}, {codes: [tls.expired], en: [y]}]",
            "remedy 2: 'tls.expired' has a remedy already",
        ),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.yaml: ") as caught:
        read_remedies(None, [file])
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_panel_is_named_by_command_ticket_and_wizard(repository: Path) -> None:
    with NginxSite("location / { return 502; }") as site:
        address = f"http://{site.address}/"
        done = intake(repository, "diagnose", address, INTAKE_PANEL="cpanel", COLUMNS="200")
        told = intake(repository, "diagnose", address, "--json", INTAKE_PANEL="cpanel")
        report = ask(address)
    assert "MultiPHP Manager" in done.stdout
    assert "MultiPHP Manager" in json.loads(told.stdout)["findings"][0]["remedy"]
    advised = [advise(one, read_remedies("cpanel")) for one in report.findings]
    report = report.model_copy(update={"findings": tuple(advised)})
    run = CheckRun(
        step="web",
        target=address,
        state="done",
        started_at=report.started_at,
        report=report.model_dump(mode="json"),
    )
    assert "MultiPHP Manager" in diagnosis_of(run).findings[0].remedy.in_("ru")
    step = {"tell": "mend", "about": "web", "text": "It fails.", "do": [{"en": "a", "ru": "б"}]}
    checklist = Checklist.from_json(json.dumps({**RAW, "steps": [*RAW["steps"], step]}))
    said = {"site": Answer(value=address, at=report.started_at)}
    journey = Journey(checklist, Draft(language="en", answers=said, checks={"web": run}))
    assert "MultiPHP Manager" in moves_of(journey, checklist.tells[-1], "en")[2]
    unmeasured = Journey(checklist, Draft(language="en"))
    assert moves_of(unmeasured, checklist.tells[-1], "ru") == ("б",)
