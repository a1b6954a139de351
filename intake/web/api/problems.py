"""Error responses of the API: `application/problem+json` (RFC 9457), with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from starlette.responses import JSONResponse

from intake.web.api.models import Incomplete

MEDIA_TYPE: Final = "application/problem+json"
_TITLES: Final = {
    "bad-request": (400, "The request can't be read"),
    "key-missing": (400, "An Idempotency-Key is needed"),
    "token-needed": (401, "A token is needed"),
    "token-unknown": (401, "This token is unknown, or was revoked"),
    "scope-missing": (403, "The token lacks a scope"),
    "not-found": (404, "There is no such ticket"),
    "no-such-address": (404, "The API has no such address"),
    "other-method": (405, "The address takes another method"),
    "in-progress": (409, "The same request is being answered"),
    "closed": (409, "The case was sent otherwise"),
    "too-large": (413, "The body is too large"),
    "incomplete": (422, "The ticket is not complete"),
    "checklist-unknown": (422, "There is no such checklist"),
    "target-refused": (422, "The target can't be measured"),
    "key-reused": (422, "The Idempotency-Key was used with another body"),
    "too-many": (429, "Too many requests"),
    "budget-spent": (429, "The budget of diagnoses is spent"),
    "broken": (500, "Our mistake"),
    "storage": (503, "Nothing was stored"),
    "slow": (504, "The diagnosis takes too long"),
}
KINDS: Final = frozenset(_TITLES)


def problem(
    kind: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> JSONResponse:
    """Return a problem response; `members` are extension members (RFC 9457, section 3.2)."""
    status, title = _TITLES[kind]
    body: dict[str, object] = {
        "type": f"urn:intake:problem:{kind}",
        "title": title,
        "status": status,
    }
    return JSONResponse(
        {**body, **({"detail": detail} if detail else {}), **(members or {})},
        status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def incomplete(lacks: Incomplete, link: str) -> JSONResponse:
    """Return the problem for an incomplete ticket, with the link that opens the wizard."""
    return problem("incomplete", members={**lacks.model_dump(mode="json"), "continue": link})


def unreadable(error: ValidationError) -> JSONResponse:
    """Return the problem for an invalid body, with a JSON pointer (RFC 6901) for each error."""
    errors = [
        {
            "pointer": "".join(f"/{str(part)[:64]}" for part in fault["loc"]),
            "detail": fault["msg"][:200],
        }
        for fault in error.errors(include_input=False, include_url=False)[:20]
    ]
    return problem("bad-request", "Mend what is named in errors.", members={"errors": errors})
