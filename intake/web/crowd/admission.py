"""
Admits customers while there is room; the others see their number in the waiting line.

A signed cookie marks who was admitted, so that it survives a restart and works in other processes.
Browsers that keep no cookie, as in a foreign frame, carry their name in the waiting page's address.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg

from intake.web.crowd.waiting_line import INSIDE_S, Turn, WaitingLine

COOKIE: Final = "intake_place"
NAME: Final = "place"  # query parameter of the waiting page
_NAME_LENGTH: Final = 21
_CUSTOMER, _STAFF = "c", "s"  # first letter of a name
_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LARGEST_CLICK: Final = (
    64 * 1024
)  # bytes; a longer message carries an upload or a text, so a person sent it
_SHORTEST_REFRESH_S, _LONGEST_REFRESH_S = 3, 20


@dataclass(frozen=True, slots=True)
class PageVisit:
    """A visitor who opens a page; `turn` is None if there is no need to wait."""

    visitor: str
    turn: Turn | None
    has_cookie: bool

    @property
    def refresh_s(self) -> int:
        """Seconds until the waiting page reloads; more for a longer wait."""
        number = self.turn.number if self.turn else 0
        return min(_SHORTEST_REFRESH_S + number // 50, _LONGEST_REFRESH_S)


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """A customer's socket, whose clicks keep its place; `visitor` is None for staff."""

    visitor: str | None
    line: WaitingLine

    def watch(self, receive: Receive) -> Receive:
        """Wrap `receive` to record the visitor's actions."""
        visitor = self.visitor
        if visitor is None:
            return receive

        async def wrapped() -> Message:
            message = await receive()
            data = message.get("bytes") if message["type"] == "websocket.receive" else None
            if data and _is_user_action(data):
                self.line.act(visitor)
            return message

        return wrapped

    def close(self) -> None:
        """Record that the socket has closed."""
        if self.visitor is not None:
            self.line.leave(self.visitor)


class Admission:
    """Cookies and sockets for the waiting line of one process."""

    def __init__(
        self,
        line: WaitingLine,
        key: bytes,
        *,
        client_of: Callable[[Scope], str],
        root: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.line, self._key, self._clock = line, key, clock
        self._client_of, self._path = client_of, f"{root}/"

    def visit(self, request: Request) -> PageVisit:
        """Register that a customer opens a page of questions."""
        client = self._client_of(request.scope)
        name, is_signed = self._read(request.cookies.get(COOKIE, ""))
        visitor = name or _valid_name(request.query_params.get(NAME, "")) or _new_name(_CUSTOMER)
        if is_signed:
            self.line.readmit(visitor, client)
        return PageVisit(visitor, self.line.enter(visitor, client), has_cookie=bool(name))

    def set_cookie(self, request: Request, response: Response, visit: PageVisit) -> Response:
        """Set the cookie with the visitor's name; it is signed if the visitor was admitted."""
        value = visit.visitor if visit.turn is not None else self._signed(visit.visitor)
        response.set_cookie(
            COOKIE,
            value,
            path=self._path,
            max_age=int(INSIDE_S),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def admit_staff(self, request: Request, response: Response) -> Response:
        """Set a staff cookie: staff never wait."""
        name, is_signed = self._read(request.cookies.get(COOKIE, ""))
        if not (is_signed and name.startswith(_STAFF)):
            name = _new_name(_STAFF)
        return self.set_cookie(request, response, PageVisit(name, None, has_cookie=False))

    def connect(self, scope: Scope) -> OpenSocket | None:
        """Return the socket of a visitor, or None if the visitor has to wait."""
        client = self._client_of(scope)
        name, is_signed = self._read(HTTPConnection(scope).cookies.get(COOKIE, ""))
        if is_signed and name.startswith(_STAFF):
            return OpenSocket(None, self.line)
        if is_signed:
            self.line.readmit(name, client)
        visitor = self.line.connect(name, client)
        if visitor is None:
            return None
        return OpenSocket(visitor, self.line)

    def _signed(self, visitor: str) -> str:
        until = str(int(self._clock() + INSIDE_S))
        return f"{visitor}.{until}.{self._signature(visitor, until)}"

    def _signature(self, visitor: str, until: str) -> str:
        digest = hmac.digest(self._key, f"{visitor}.{until}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:18]).decode()

    def _read(self, cookie: str) -> tuple[str, bool]:
        """Return the visitor's name, or "", and whether the cookie is signed and not expired."""
        name, _, rest = cookie.partition(".")
        name = _valid_name(name)
        until, _, signature = rest.partition(".")
        if not name or not (until.isascii() and until.isdigit()):
            return name, False
        is_ours = hmac.compare_digest(signature.encode(), self._signature(name, until).encode())
        return name, is_ours and int(until[:12]) > self._clock()


def _valid_name(name: str) -> str:
    return name if len(name) == _NAME_LENGTH and _ALPHABET.issuperset(name) else ""


def _new_name(kind: str) -> str:
    return kind + secrets.token_urlsafe(15)


def _is_user_action(data: bytes) -> bool:
    """Check for a click or an answer, as opposed to the page's own periodic requests."""
    if len(data) > _LARGEST_CLICK:
        return True
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False  # Streamlit refuses it
    return message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun
