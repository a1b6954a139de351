"""Pages that are nothing but a frame, and who may frame a page."""

from __future__ import annotations

import time

import pytest

from diagnostics.net.response_head import ResponseHead
from diagnostics.probes.page_frame import frame_rule, frame_target

URL = "https://shop.example/"
ELSEWHERE = "http://mill.example/pots"
_TWO = (
    f"<frameset rows='100%,*'><frame src={ELSEWHERE}><frame src=about:blank></frameset>"
    "<noframes><body>Your browser shows no frames, so go on here please: mill</noframes>"
)


@pytest.mark.parametrize(
    ("markup", "target"),
    [
        (f"<frameset rows='100%,*'><frame src='{ELSEWHERE}'></frameset>", ELSEWHERE),
        (_TWO, ELSEWHERE),
        (f"<title>Shop</title><body><iframe src='{ELSEWHERE}' width=100%></iframe>", ELSEWHERE),
        ("<iframe src=/inside.html></iframe>", "https://shop.example/inside.html"),
        (f"<frameset><frame src={ELSEWHERE}><frame src=/menu.html></frameset>", None),
        (f"<p>{'We sell bulbs. ' * 6}</p><iframe src={ELSEWHERE}></iframe>", None),
        (f"<img src=/a.png><iframe src={ELSEWHERE}></iframe>", None),
        (f"<div id=app></div><script src=/a.js></script><iframe src={ELSEWHERE}></iframe>", None),
        (f"<iframe src={ELSEWHERE} style='display: none'></iframe>", None),
        (f"<iframe src={ELSEWHERE} width=0 height=0></iframe>", None),
        (f"<!-- <iframe src={ELSEWHERE}></iframe> -->", None),
        (f"<noscript><iframe src={ELSEWHERE}></iframe></noscript>", None),
        ("<iframe src=javascript:void(0)></iframe>", None),
        ("<iframe src=//[broken></iframe>", None),
        ("<iframe src=https://shop.example/></iframe>", None),
        ("", None),
    ],
)
def test_the_one_frame_that_a_page_consists_of(markup: str, target: str | None) -> None:
    assert frame_target(markup, URL) == target


def test_a_hostile_page_is_read_at_once() -> None:
    started = time.monotonic()
    for part in ("<iframe src=", "<frame ", "<iframe>" * 3, "<!--<noframes"):
        frame_target(part * 20_000, URL)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ([("x-frame-options", "DENY")], "deny"),
        (
            [("content-security-policy", "default-src *; frame-ancestors 'none'")],
            "frame-ancestors 'none'",
        ),
        (
            [
                ("x-frame-options", "DENY"),
                ("content-security-policy", "frame-ancestors https://a.example"),
            ],
            "frame-ancestors https://a.example",
        ),
        ([("content-security-policy", "default-src 'self'")], ""),
        ([], ""),
    ],
)
def test_who_may_frame_a_page(fields: list[tuple[str, str]], rule: str) -> None:
    assert frame_rule(ResponseHead(200, "OK", tuple(fields))) == rule
