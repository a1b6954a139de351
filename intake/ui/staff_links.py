"""Links between the staff pages that this person may open, and to sign out."""

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
    """Draw links to the other pages and to sign out; `here` is the path of this page."""
    for page in PAGES:
        if page.right is not None and page.path != here and visitor.may(page.right):
            address = site_path(f"{page.path}?lang={language}")
            st.link_button(words(page.title or "", language), address, type="tertiary")
    # In one container, so that "Sign out" isn't wrapped alone to the next line.
    with st.container(key="own-links", horizontal=True, width="content"):
        if _has_password():
            address = site_path(f"/staff/password?lang={language}")
            st.link_button(words("own_password_link", language), address, type="tertiary")
        st.link_button(words("sign_out", language), site_path("/staff/leave"), type="tertiary")


def draw_name_link(language: Language, place: str) -> None:
    """Draw a link to enter one's name, which leads back to `place`, a staff page."""
    address = site_path(f"/staff/name?{urlencode({'lang': language, 'next': place})}")
    st.link_button(words("work_who", language), address, type="tertiary")


def _has_password() -> bool:
    """Check whether this person signs in with a password stored here."""
    account = visitor.account()
    if account is None or account.is_by_link:
        return False
    return services().users.find(account.login) is not None
