"""What a visitor's own request reveals about them."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

import streamlit as st
from ua_parser import parse

from diagnostics.texts import LANGUAGES, Language, as_language
from intake.accounts.rights import Account, Right
from intake.bootstrap import services
from intake.journey.draft import Environment
from intake.tickets.render.formats import read_zone
from intake.ui import address, session
from intake.ui.client_network import client_network
from intake.ui.staff_cookie import COOKIE

DRAFT_COOKIE = "intake_draft"  # written by intake.js, for a day; the token in the address
SENT_COOKIE = (
    "intake_sent"  # ticket keys, newest first; written by intake.js and by a ticket's page
)
MOST_SENT = 5
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")  # staff see it, so it is a short name
_MAX_HEADER = 400  # characters of the User-Agent that are parsed


def language() -> Language:
    """Return the address's language, else the browser's, else the operator's."""
    named = address.language()
    if named:
        return named
    locale = st.context.locale
    return as_language(locale) if locale else services().settings.language


def staff_language() -> Language:
    """Return the language for staff pages, which exist in complete languages only."""
    chosen = language()
    return chosen if chosen in LANGUAGES else "en"


def environment() -> Environment:
    """Return browser, system, address, locale and time zone, as far as the request has them."""
    agent = st.context.headers.get("User-Agent", "")[:_MAX_HEADER]
    browser, system = names_of_agent(agent)
    return Environment(
        browser=browser,
        os=system,
        ip=st.context.ip_address,
        locale=(st.context.locale or "")[:40] or None,
        timezone=(st.context.timezone or "")[:60] or None,
        channel=read_channel(address.channel()),
    )


def read_channel(text: str) -> str | None:
    """Return the channel name from a link, such as a messenger's, or None if it isn't one."""
    return text if _CHANNEL.fullmatch(text) else None


def browser_zone() -> ZoneInfo | None:
    """Return the browser's time zone, or None."""
    return read_zone(st.context.timezone)


def zone() -> ZoneInfo:
    """Return the browser's time zone, else the operator's."""
    return browser_zone() or ZoneInfo(services().settings.timezone)


def client() -> str:
    """Return the client that a check's budget is counted for: the address, IPv6 by its /64."""
    return client_network(st.context.ip_address or "local")


def begun_draft() -> str | None:
    """Return the token of the draft that this browser has begun, from our script's cookie."""
    return st.context.cookies.get(DRAFT_COOKIE) or None


def sent_tickets() -> tuple[str, ...]:
    """Return the keys of tickets that this browser has sent or opened by link, newest first."""
    noted = st.context.cookies.get(SENT_COOKIE, "").split(".")[:MOST_SENT]
    return tuple(dict.fromkeys((*session.sent_drafts(), *filter(None, noted))))


def account() -> Account | None:
    """
    Return the staff account of this request now, or None. Call it at every run and action.

    The cookie is that of the WebSocket's handshake; its session is in the database, so a sign-out
    in another tab, a changed role and the session's end take effect at once.
    """
    return services().sessions.account(st.context.cookies.get(COOKIE, ""))


def may(right: Right) -> bool:
    """Check whether this is staff with the right."""
    known = account()
    return known is not None and known.may(right)


def staff_name() -> str:
    """Return the name that this person's replies are signed with, or ""."""
    known = account()
    return known.name if known else ""


@lru_cache(maxsize=512)
def names_of_agent(agent: str) -> tuple[str | None, str | None]:
    """Return a browser's and a system's name with their major versions, from a User-Agent."""
    result = parse(agent)
    browser = result.user_agent
    system = result.os
    return (
        " ".join(filter(None, (browser.family, browser.major))) if browser else None,
        " ".join(filter(None, (system.family, system.major))) if system else None,
    )
