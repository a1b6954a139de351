"""What a page needs of its own host, read from its markup and its policy."""

from __future__ import annotations

import pytest

from diagnostics.probes.content_policy import read_policy
from diagnostics.probes.page_parts import PageParts, read_parts
from diagnostics.probes.page_refresh import script_target
from diagnostics.probes.page_styles import judge_styles, style_sheets

URL = "https://shop.example/garden/"
FRAME = "<!doctype html><body><div id=app></div>"


def read(markup: str, url: str = URL, policy: str = "") -> PageParts:
    return read_parts(markup, url, style_sheets(markup, url), read_policy(policy, markup))


def test_parts_are_those_of_its_own_host_by_its_base() -> None:
    page = read(
        "<base href=/app/><link rel=stylesheet href=a.css>"
        "<link rel=stylesheet href=//cdn.example/b.css><script src=main.js></script>"
        "<img src=/logo.png><!-- <script src=old.js></script> -->"
        "<script nomodule src=ancient.js></script><script type=application/json src=x.js></script>",
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
        (f"{FRAME}<script src=//cdn.example/a.js></script>", True),
    ],
)
def test_a_page_that_shows_nothing_without_its_scripts(
    markup: str,
    is_shell: bool,  # noqa: FBT001 - by pytest
) -> None:
    assert read(markup).is_shell is is_shell


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


@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">',
        "<meta content=\"script-src 'none'\" http-equiv=content-security-policy>",
    ],
)
def test_a_policy_in_the_page_counts_like_the_headers(meta: str) -> None:
    page = read(f"{meta}{FRAME}<script src=/a.js></script>")
    assert page.parts[0].is_blocked


def test_a_page_that_upgrades_asks_by_https() -> None:
    page = read(
        f"{FRAME}<script src=/a.js></script>", "http://shop.example/", "upgrade-insecure-requests"
    )
    assert page.parts[0].url == "https://shop.example/a.js"


def test_a_page_that_upgrades_has_no_blocked_styles() -> None:
    """In whichever order its tag says so; a page that only writes of it is none."""
    sheet = "<link rel=stylesheet href=http://shop.example/a.css>"
    meta = "<meta content='upgrade-insecure-requests' http-equiv=Content-Security-Policy>"
    for markup, blocked in ((meta + sheet, 0), (f"{sheet}<p>upgrade-insecure-requests", 1)):
        styles = judge_styles(style_sheets(markup, URL), URL, read_policy("", markup))
        assert styles.blocked == blocked


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
