"""An author's link is a button that leads to a page, a mailbox or a telephone, and nowhere else."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from intake.journey.links import is_safe_address, nearest_address


def draw(to: str) -> None:
    import streamlit as st  # noqa: PLC0415  the script runs by itself

    from intake.journey.steps import Tell  # noqa: PLC0415
    from intake.ui.below_text import draw_below_text  # noqa: PLC0415

    link = {"to": to, "label": {"en": "Open **the** guide", "ru": "Открыть"}}
    with st.form("page"):
        draw_below_text(Tell.model_validate({"tell": "advice", "text": "Look", "link": link}), "en")
        st.form_submit_button("Next")


def drawn(to: str) -> list[tuple[str, str]]:
    page = AppTest.from_function(draw, args=(to,), default_timeout=120).run()
    assert not page.exception
    links = [element.proto for element in page.get("link_button")]
    return [(link.label, link.url) for link in links]


def test_a_link_stands_below_the_text_and_its_words_are_no_markup() -> None:
    address = "https://help.example/slow?from=wizard#cart"
    assert drawn(address) == [(r"Open \*\*the\*\* guide", address)]


def drawn_picture(file: str) -> list[str]:
    page = AppTest.from_function(draw_picture, args=(file,), default_timeout=120).run()
    assert not page.exception
    return [element.proto.body for element in page.get("html")]


def draw_picture(file: str) -> None:
    from intake.journey.steps import Tell  # noqa: PLC0415  the script runs by itself
    from intake.ui.below_text import draw_below_text  # noqa: PLC0415

    picture = {"file": file, "alt": {"en": 'A "panel"><script>'}}
    step = Tell.model_validate({"tell": "advice", "text": "Look", "picture": picture})
    draw_below_text(step, "en")


def test_a_picture_is_drawn_with_its_words() -> None:
    (body,) = drawn_picture("panel.png")
    assert 'src="/pictures/panel.png"' in body
    assert 'alt="A &quot;panel&quot;&gt;&lt;script&gt;"' in body


def test_a_pinned_picture_with_another_name_is_left_out() -> None:
    assert drawn_picture('x.png" onerror="alert(1)') == []


def test_a_pinned_link_that_is_not_safe_is_left_out() -> None:
    assert drawn("javascript:alert(1)") == []


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://help.example", True),
        ("https://xn--e1afmkfd.example:8443/a?b=c#d", True),
        ("mailto:support@help.example?subject=Site", True),
        ("tel:+7-495-123-45-67", True),
        ("tel:112", True),
        ("http://help.example", False),
        ("HTTPS://help.example", False),
        ("https:///path", False),
        ("https://a:99999/", False),
        ("https://[::1", False),
        ("https://help.example/\u202eexe", False),
        ("https://help.example/a b", False),
        ("https://help.example/\n", False),
        ("https://user:word@help.example/", False),
        (" https://help.example", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("mailto:", False),
        ("mailto:a@b.c\r\nBcc: x@y.z", False),
        ("tel:+7 495", False),
        ("tel:*101#", False),
        ("https://help.example/" + "a" * 500, False),
    ],
)
def test_an_address_is_of_three_kinds_and_whole(address: str, *, is_safe: bool) -> None:
    assert is_safe_address(address) is is_safe


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://help.example/a", "https://help.example/a"),
        ("htps://help.example", "https://help.example"),
        ("help.example", "https://help.example"),
        ("support@help.example", "mailto:support@help.example"),
        ("mailto: support@help.example", "mailto:support@help.example"),
        ("8 (800) 123-45-67", "tel:88001234567"),
        ("tel:+7 495 123", "tel:+7495123"),
        ("javascript:alert(1)", None),
        ("the guide", None),
        ("", None),
    ],
)
def test_what_was_meant_is_told(written: str, meant: str | None) -> None:
    assert nearest_address(written) == meant
