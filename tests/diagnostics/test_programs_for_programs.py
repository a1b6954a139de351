"""A root that answers 404: an interface for programs is no fault, a page for people is one."""

from __future__ import annotations

from typing import Literal

import pytest

from diagnostics.observations import PagePart, PagePartObservation
from diagnostics.rules import Evidence, conclude
from diagnostics.targets import parse_target
from tests.diagnostics.test_rules import base, dns, http, tcp


def concluded(
    status: int, kind: str, body: str, url: str = "http://shop.example/"
) -> tuple[str, list[tuple[str, str]]]:
    target, _ = parse_target(url)
    page = http(
        status,
        url=url,
        headers={"content-type": kind},
        body_start=body,
        text_start=body,
        text_size=len(body),
        links=0,
        own_links=0,
    )
    verdict, findings = conclude(Evidence(target, "site", (dns("192.0.2.7"), tcp(80), page)))
    return verdict, [(f.code, str(f.parameters.get("variant", ""))) for f in findings]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json; charset=utf-8", '{"message": "Nothing is here"}'),
        ("application/problem+json", '{"title": "Not Found", "status": 404}'),
        ("application/vnd.api+json", '[{"status": "404"}]'),
    ],
)
def test_an_interface_without_a_start_page_is_healthy(kind: str, body: str) -> None:
    verdict, findings = concluded(404, kind, body)
    assert verdict == "healthy"
    assert ("http.not_found", "api") in findings


def test_a_page_that_was_asked_for_and_is_missing_is_a_fault_in_json_too() -> None:
    url = "http://shop.example/basket"
    verdict, findings = concluded(404, "application/json", '{"message": "No route"}', url)
    assert (verdict, findings[0]) == ("fault", ("http.not_found", ""))


def test_what_is_only_called_json_is_a_missing_page() -> None:
    assert concluded(404, "application/json", "Nothing is here")[0] == "fault"


def test_an_interface_that_fails_is_a_fault() -> None:
    assert concluded(500, "application/json", '{"message": "failed"}')[0] == "fault"


def test_the_one_line_of_go_names_the_program_in_front() -> None:
    """Traefik without a route and an interface without a start page can't be told apart."""
    verdict, findings = concluded(404, "text/plain; charset=utf-8", "404 page not found\n")
    assert (verdict, findings[0]) == ("degraded", ("http.not_found", "router"))


@pytest.mark.parametrize(
    ("status", "other_comes", "severity"),
    [(403, False, "warning"), (403, True, "critical"), (502, False, "critical")],
)
def test_a_script_that_is_refused_may_be_refused_to_us(
    status: int, *, other_comes: bool, severity: str
) -> None:
    """Where another file of the page comes, it is this one that the server forbids."""
    target, _ = parse_target("http://shop.example/")
    script = PagePart(kind="script", url="http://shop.example/app.js")
    page = http(
        200,
        url="http://shop.example/",
        text_size=0,
        is_shell=True,
        parts=(script,),
        loads=("/app.js",),
    )
    files = [part(page.id, "app.js", "script", status)]
    if other_comes:
        files.append(part(page.id, "logo.png", "picture", 200))
    evidence = Evidence(target, "site", (dns("192.0.2.7"), tcp(80), page, *files))
    _, findings = conclude(evidence)
    found = [f.severity for f in findings if f.code == "http.parts_missing"]
    assert found == [severity]


def part(
    page: str, name: str, kind: Literal["script", "picture"], status: int
) -> PagePartObservation:
    return PagePartObservation(
        **base(f"part-{name}"),
        address="192.0.2.7",
        port=80,
        page=page,
        host="shop.example",
        url=f"http://shop.example/{name}",
        kind=kind,
        status=status,
        content_type="image/png" if kind == "picture" else "text/javascript",
    )
