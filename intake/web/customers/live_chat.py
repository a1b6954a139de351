"""The page of the operator's live chat: the only one that may load foreign scripts."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from diagnostics.texts import Language
from intake.bootstrap import services
from intake.web.language import language_of_request
from intake.web.limits.headers import policy_with
from intake.web.pages import Pages
from intake.wiring.chats import ConfiguredChat
from intake.wizard import live_chat
from intake.wizard.case import Case, case_of_draft

_LONGEST_SEAL: Final = 300
# The CSP directives that a widget needs. Its connection may be a WebSocket, a scheme of its own.
_WIDGET_PARTS: Final = (
    "script-src",
    "style-src",
    "img-src",
    "font-src",
    "connect-src",
    "frame-src",
    "media-src",
)
_NO_STORE: Final = {"Cache-Control": "no-store"}


class LiveChatRoutes:
    """`/chat` and `/chat/<sealed case>`. A GET changes nothing; the address opens no case."""

    def __init__(self, pages: Pages, language: Language) -> None:
        self._pages, self._language = pages, language

    def routes(self) -> list[Route]:
        """Return both routes; without a chat they answer 404."""
        return [Route("/chat", self._open), Route("/chat/{sealed}", self._open)]

    async def _open(self, request: Request) -> Response:
        return await run_in_threadpool(self._answer, request)

    def _answer(self, request: Request) -> Response:
        offered, sealed = services().chat, request.path_params.get("sealed")
        case = _case(offered, str(sealed)) if offered is not None and sealed else None
        language = language_of_request(request, case.language if case else self._language)
        if offered is None or (sealed and case is None):
            return self._pages.missing(language)
        known = live_chat.chat_case(case, language)
        if not live_chat.is_open(case):
            return self._pages.live_chat(language, plan=None, reference=known.reference)
        plan = offered.chat.plan(known)
        if isinstance(plan, str):
            return RedirectResponse(plan, 303, headers=_NO_STORE)
        page = self._pages.live_chat(
            language,
            plan=json.dumps(asdict(plan)),
            title=offered.chat.title,
            reference=known.reference,
        )
        page.headers["Content-Security-Policy"] = _policy(offered.origins)
        # Vendors check the site, so the origin is sent, but not the path.
        page.headers["Referrer-Policy"] = "strict-origin"
        return page


def _policy(origins: tuple[str, ...]) -> str:
    """Return our policy extended by the operator's origins for the widget."""
    sockets = (origin.replace("http", "ws", 1) for origin in origins)
    more = {**dict.fromkeys(_WIDGET_PARTS, origins), "connect-src": (*origins, *sockets)}
    return policy_with(more, frame_ancestors=services().settings.frame_ancestors)


def _case(offered: ConfiguredChat, sealed: str) -> Case | None:
    draft_id = offered.cases.draft_id(sealed) if len(sealed) <= _LONGEST_SEAL else None
    return case_of_draft(draft_id) if draft_id else None
