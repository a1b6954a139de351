"""The script that Streamlit runs for every page; it only chooses which page to draw."""

import streamlit as st

from intake.bootstrap import services
from intake.ui import boundary, staff_actions, uploads, visitor
from intake.ui.frame import draw_footer, draw_header, draw_not_permitted, draw_sign_in
from intake.ui.pages import PAGES, Page
from intake.ui.render_limiter import render_slot
from intake.ui.texts import words


def _title(page: Page) -> str:
    name = services().settings.name
    return f"{words(page.title, visitor.language())} · {name}" if page.title else name


def _draw(page: Page) -> None:
    if page.right is not None and not visitor.may(page.right):  # checked at every run
        _draw_refusal(page)
        return
    with staff_actions.drawing(page.right):
        page.draw()
    if not page.is_for_staff:
        draw_footer(visitor.language())


def _draw_refusal(page: Page) -> None:
    draw_header(visitor.staff_language(), page.url_path)
    account = visitor.account()
    if account is None:
        draw_sign_in(page.url_path, visitor.staff_language())
    else:
        draw_not_permitted(account.name, visitor.staff_language())


def _run(page: Page) -> None:
    boundary.draw_page(lambda: _draw(page), ask_for_person=page.ask_for_person)


def _streamlit_page(page: Page) -> "st.Page":
    return st.Page(
        lambda: _run(page),
        title=_title(page),
        url_path=page.url_path,
        default=not page.url_path,
    )


st.set_page_config(
    page_title=services().settings.name, layout="centered", initial_sidebar_state="collapsed"
)
# Hidden: the frame has its own links, and customers shouldn't see the staff pages.
_chosen = st.navigation([_streamlit_page(page) for page in PAGES], position="hidden")
_STAFF_PATHS = {page.url_path for page in PAGES if page.is_for_staff}
with (
    render_slot(visitor.client(), for_staff=_chosen.url_path in _STAFF_PATHS),
    uploads.track_upload_field(),
):
    _chosen.run()
