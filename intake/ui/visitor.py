"""What a visitor's own request tells about them."""

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

DRAFT_COOKIE = "intake_draft"  # written by intake.js, for a day; the same key as the address has
SENT_COOKIE = "intake_sent"  # links to tickets, newest first; by intake.js and by a ticket's page
MOST_SENT = 5
_CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}")  # a word in staff's view, no sentence
_LONGEST = 400  # of a header that we keep a name from


def language() -> Language:
    """The address' language, else the browser's, else the operator's."""
    named = address.language()
    if named:
        return named
    locale = st.context.locale
    return as_language(locale) if locale else services().settings.language


def staff_language() -> Language:
    """The same for pages of staff and authors, which speak the complete languages alone."""
    chosen = language()
    return chosen if chosen in LANGUAGES else "en"


def environment() -> Environment:
    """Browser, system, address, locale and time zone, as far as the request tells."""
    agent = st.context.headers.get("User-Agent", "")[:_LONGEST]
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
    """The name of a messenger or another way here, from a link; None for anything else."""
    return text if _CHANNEL.fullmatch(text) else None


def browser_zone() -> ZoneInfo | None:
    """The browser's time zone, as far as the request tells."""
    return read_zone(st.context.timezone)


def zone() -> ZoneInfo:
    """The browser's time zone, else the operator's."""
    return browser_zone() or ZoneInfo(services().settings.timezone)


def client() -> str:
    """Whose budget a check counts against: the address, IPv6 by its /64."""
    return client_network(st.context.ip_address or "local")


def begun_draft() -> str | None:
    """The token of the draft that this browser has begun, as our script noted it in a cookie."""
    return st.context.cookies.get(DRAFT_COOKIE) or None


def sent_tickets() -> tuple[str, ...]:
    """The keys of tickets that this browser has sent or opened by their links, newest first."""
    noted = st.context.cookies.get(SENT_COOKIE, "").split(".")[:MOST_SENT]
    return tuple(dict.fromkeys((*session.sent_drafts(), *filter(None, noted))))


def account() -> Account | None:
    """
    Who of the staff this is now; None for a stranger. Asked at every run and every action.

    The cookie is the one of the WebSocket's handshake; what it is worth is in the database, so a
    sign-out in another tab, another role and the end of a session count at once.
    """
    return services().sessions.account(st.context.cookies.get(COOKIE, ""))


def may(right: Right) -> bool:
    """Whether this is staff with the right."""
    known = account()
    return known is not None and known.may(right)


def staff_name() -> str:
    """Who of the staff this is: what their replies are signed with; "" where nobody knows."""
    known = account()
    return known.name if known else ""


@lru_cache(maxsize=512)
def names_of_agent(agent: str) -> tuple[str | None, str | None]:
    """A browser's and a system's name with their major versions, from a User-Agent."""
    result = parse(agent)
    browser = result.user_agent
    system = result.os
    return (
        " ".join(filter(None, (browser.family, browser.major))) if browser else None,
        " ".join(filter(None, (system.family, system.major))) if system else None,
    )
