"""What a page needs of its own host, read from its markup and its policy."""

from __future__ import annotations

import pytest

from diagnostics.probes.content_policy import read_policy
from diagnostics.probes.page_parts import read_parts
from diagnostics.probes.page_refresh import script_target

URL = "https://shop.example/garden/"
FRAME = "<!doctype html><body><div id=app></div>"


def test_parts_are_those_of_its_own_host_by_its_base() -> None:
    page = read_parts(
        "<base href=/app/><link rel=stylesheet href=a.css>"
        "<link rel=stylesheet href=//cdn.example/b.css><script src=main.js></script>"
        "<img src=/logo.png><!-- <script src=old.js></script> -->"
        "<script nomodule src=ancient.js></script><script type=application/json src=x.js></script>",
        URL,
    )
    assert [(part.kind, part.url) for part in page.parts] == [
        ("script", "https://shop.example/app/main.js"),
        ("style", "https://shop.example/app/a.css"),
        ("picture", "https://shop.example/logo.png"),
    ]


@pytest.mark.parametrize(
    ("markup", "is_shell"),
    [
        (f"{FRAME}<script src=/a.js></script>", True),
        (
            f"{FRAME}Loading…<script src=/a.js></script><noscript>{'Scripts! ' * 9}</noscript>",
            True,
        ),
        (f"{FRAME}<p>{'We sell bulbs. ' * 6}</p><script src=/a.js></script>", False),
        (f"{FRAME}<canvas></canvas><script src=/a.js></script>", False),
        (f"{FRAME}<script>draw()</script>", False),
        (f"{FRAME}<script src=//cdn.example/a.js></script>", False),
    ],
)
def test_a_page_that_shows_nothing_without_its_scripts(
    markup: str,
    is_shell: bool,  # noqa: FBT001 - by pytest
) -> None:
    assert read_parts(markup, URL).is_shell is is_shell


@pytest.mark.parametrize(
    ("policy", "allows"),
    [
        ("", True),
        ("default-src 'none'", False),
        ("default-src 'self'", True),
        ("default-src 'none'; script-src 'self'", True),
        ("script-src 'none'; script-src-elem https:", True),
        ("script-src https://cdn.example", False),
        ("script-src *.example", True),
        ("script-src https://shop.example:8443", False),
        ("script-src 'nonce-abc'", True),
        ("script-src 'strict-dynamic'", True),
        ("img-src 'none'", True),
        ("default-src *, script-src 'none'", False),
    ],
)
def test_a_policy_lets_a_script_of_the_page_in(
    policy: str,
    allows: bool,  # noqa: FBT001 - by pytest
) -> None:
    rules = read_policy(policy, "")
    assert rules.allows("script", "https://shop.example/a.js", URL) is allows


def test_a_policy_in_the_page_counts_like_the_headers() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
    page = read_parts(f"{meta}{FRAME}<script src=/a.js></script>", URL)
    assert page.parts[0].is_blocked


def test_a_page_that_upgrades_asks_by_https() -> None:
    page = read_parts(
        f"{FRAME}<script src=/a.js></script>", "http://shop.example/", "upgrade-insecure-requests"
    )
    assert page.parts[0].url == "https://shop.example/a.js"


@pytest.mark.parametrize(
    ("markup", "target"),
    [
        (
            "<script>location.href = 'https://other.example/x#y';</script>",
            "https://other.example/x",
        ),
        ('<script>window.location.replace("/de/")</script>', "https://shop.example/de/"),
        ("<script>location='/de/';</script><p>Words</p>", None),
        ("<script>if (de) location.href='/de/'; else location.href='/en/';</script>", None),
        ("<script>location.href = place;</script>", None),
        ("<script>location.href = '/garden/';</script>", None),
    ],
)
def test_a_script_that_only_leads_on(markup: str, target: str | None) -> None:
    assert script_target(markup, URL) == target
