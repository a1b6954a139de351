"""The ways between staff's pages: those that this person may open, and the way out."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.ui import visitor
from intake.ui.pages import PAGES
from intake.ui.site_path import site_path
from intake.ui.texts import words


def draw_staff_links(language: Language, here: str) -> None:
    """A link to each other page, and to sign out; `here` is the path of the page that draws."""
    for page in PAGES:
        if page.right is not None and page.path != here and visitor.may(page.right):
            address = site_path(f"{page.path}?lang={language}")
            st.link_button(words(page.title or "", language), address, type="tertiary")
    # Together, so that in a narrow row the way out doesn't stand alone on the next.
    with st.container(key="own-links", horizontal=True, width="content"):
        if _has_password():
            address = site_path(f"/staff/password?lang={language}")
            st.link_button(words("own_password_link", language), address, type="tertiary")
        st.link_button(words("sign_out", language), site_path("/staff/leave"), type="tertiary")


def draw_name_link(language: Language, place: str) -> None:
    """The way to tell one's name, and from there back to `place`, a page of staff's."""
    address = site_path(f"/staff/name?{urlencode({'lang': language, 'next': place})}")
    st.link_button(words("work_who", language), address, type="tertiary")


def _has_password() -> bool:
    """Whether this person signs in with a password of ours."""
    account = visitor.account()
    if account is None or account.is_by_link:
        return False
    return services().users.find(account.login) is not None
