"""Tags as browsers read them: what is text for them is no tag, and no page makes that slow."""

from __future__ import annotations

import time

import pytest

from diagnostics.probes.content_policy import read_policy
from diagnostics.probes.page_parts import read_parts
from diagnostics.probes.page_styles import style_sheets
from diagnostics.probes.page_tags import tags_of

URL = "https://shop.example/"
FALLBACK = (
    "<script src='https://cdn.example/jq.js'></script><script>"
    "window.jQuery || document.write('<script src=\"/js/jquery.min.js\"><\\/script>')</script>"
)


def sources(markup: str) -> list[str]:
    return [tag.get("src", "href") for tag in tags_of(markup, ("script", "link", "img"))]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<script data-x="a > b" src="/a.js"></script>', ["/a.js"]),
        ("<SCRIPT\nSRC = '/a.js?x=1&amp;y=2'\ndefer>", ["/a.js?x=1&y=2"]),
        ("<script/src=/a.js></script>", ["/a.js"]),
        ("<script src=/a.js src=/b.js></script>", ["/a.js"]),
        (f"<script data-settings='{'x' * 5000}' src=/a.js></script>", ["/a.js"]),
        ("<img alt='it''s' src=/a.png>", ["/a.png"]),
        ("<p class=don't><img src=/a.png>", ["/a.png"]),
        ("<!--><img src=/a.png>", ["/a.png"]),
        ("<!-- <img src=/a.png> --><img src=/b.png>", ["/b.png"]),
        ("<img data-src=/lazy.png>", [""]),
        ("<template><script src=/t.js></script></template><img src=/a.png>", ["/a.png"]),
        ("<textarea><img src=/t.png></textarea>", []),
        ("<noscript><img src=/counter.gif></noscript>", []),
        ("<iframe><img src=/old.png></iframe>", []),
        ("<div data-html='<img src=/quoted.png>'><img src=/a.png>", ["/a.png"]),
        ("<script>if (a < b) write('<img src=/a.png>')</script><img src=/b.png>", ["", "/b.png"]),
        ("<script></SCRIPT ><img src=/b.png>", ["", "/b.png"]),
        ("<scripts src=/no.js><a<img src=/b.png>", []),
        ("<img src=/a.png", []),
        ("", []),
    ],
)
def test_tags_are_what_browsers_take_for_tags(markup: str, expected: list[str]) -> None:
    assert sources(markup) == expected


def test_a_script_that_is_written_only_in_need_is_no_part_of_the_page() -> None:
    """As HTML5 Boilerplate has it: the copy beside the CDN's, which many sites have deleted."""
    markup = f"<link rel=stylesheet href=/a.css>{FALLBACK}<p>{'Hello, this is the shop. ' * 9}</p>"
    parts = read_parts(markup, URL, style_sheets(markup, URL), read_policy("", markup))
    assert [part.url for part in parts.parts] == ["https://shop.example/a.css"]


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<a x='>'", '<a x=">', "<a x=", "<!--", "<script>", "<a =", "<a " + "b " * 50, "</a "],
)
def test_four_times_the_page_is_no_sixteen_times_the_work(piece: str) -> None:
    """Whoever is asked chooses the page: no markup makes its reading quadratic."""

    def work_s(size: int) -> float:
        markup = piece * (size // len(piece))
        started = time.thread_time()
        for tag in tags_of(markup, ("a", "script")):
            assert tag.attributes is not None
        return time.thread_time() - started

    # Of several the least disturbed; too little to be measured counts as a millisecond.
    small, large = (min(work_s(size + n) for n in range(3)) for size in (100_000, 400_000))
    assert large < 10 * max(small, 0.001)
