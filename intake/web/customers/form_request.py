"""Reads plain forms: their fields, their language, the customer's environment."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from diagnostics.texts import Language, served_languages
from intake.journey.draft import Environment
from intake.ui import visitor
from intake.web.language import language_of_request
from intake.web.limits.gate import MAX_FORM_BYTES

_MAX_FIELDS: Final = 10


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields of a form (WHATWG URL, section 5.1), or None if it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    try:
        # A non-ASCII byte becomes U+FFFD; more fields than our forms have raise ValueError.
        fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def language_of_form(form: dict[str, str] | None, request: Request, default: Language) -> Language:
    """Return the language that a form names, else the request's."""
    asked = (form or {}).get("lang", "")
    return asked if asked in served_languages() else language_of_request(request, default)


def environment_of(request: Request, form: dict[str, str]) -> Environment:
    """Return the environment that the customer's own request reveals."""
    browser, system = visitor.names_of_agent(request.headers.get("user-agent", "")[:400])
    locale = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0]
    return Environment(
        browser=browser,
        os=system,
        ip=request.client.host if request.client else None,
        locale=locale[:40] or None,
        timezone=form.get("zone", "")[:60] or None,
        channel=visitor.read_channel(form.get("via", "")),
    )
