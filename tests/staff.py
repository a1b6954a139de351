"""Staff who are signed in, for tests of pages and of routes."""

from __future__ import annotations

import streamlit

from intake import database as db
from intake.accounts.rights import StaffRole
from intake.accounts.sessions import LINK, USER, SignIn
from intake.bootstrap import Services, services
from intake.ui.staff_cookie import COOKIE


def sign_in_by_link(services: Services, name: str = "") -> str:
    """The cookie of a browser that came by the printed link."""
    return services.sessions.begin(SignIn(LINK, LINK, name))


def sign_in_as(services: Services, *roles: StaffRole, name: str = "Olga Petrova") -> str:
    """The cookie of a local user with these roles; no password is made, for that is slow."""
    login = "-".join(sorted(roles)) or "nobody"
    row = {
        "login": login,
        "name": name,
        "roles": "[]",
        "password_hash": "",
        "created_at": db.stamp(db.utc_now()),
    }
    with db.writing(services.engine) as connection:
        connection.execute(db.insert_if_missing(services.engine, db.staff_users).values(row))
    services.users.set_roles(login, roles)
    return services.sessions.begin(SignIn(USER, login, name))


def enter_pages_by_link(name: str = "") -> None:
    """The browser of a page test came by the printed link."""
    enter_pages(sign_in_by_link(services(), name))


def enter_pages(cookie: str) -> None:
    """The browser of a page test has this cookie (`tests/ui/conftest.py` made the context)."""
    streamlit.context.cookies[COOKIE] = cookie  # type: ignore[index]
