"""A fake of an operator's webhook about blocked addresses, which can stall or drop connections."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

from tests.fakes.http_server import LoopbackServer, QuietHandler

SECRET = "a-secret-that-both-sides-know"
BANNED = {
    "banned": True,
    "by": "fail2ban jail sshd",
    "since": "2026-11-29T06:00:00+00:00",
    "liftable": True,
}
Mood = Callable[["_Handler"], None]


class UnbanHook(LoopbackServer):
    """Records requests and returns its answers in turn, unless `mood` handles the request."""

    def __init__(self, *answers: object, status: int = 200) -> None:
        super().__init__(_Handler)
        self.answers, self.status = list(answers), status
        self.mood: Mood | None = None
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        return f"{self.origin}/bans"


class _Handler(QuietHandler):
    server: UnbanHook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.asked.append(json.loads(body))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        if self.server.mood is not None:
            self.server.mood(self)
            return
        answers = self.server.answers
        self.answer(answers.pop(0) if len(answers) > 1 else answers[0])

    def answer(self, answer: object, *, cut: bool = False) -> None:
        """Send bytes, or any other value as JSON; `cut` sends only the first half."""
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text[: len(text) // 2] if cut else text)


def stalls(handler: _Handler) -> None:
    """Accept the request and send nothing."""
    handler.server.is_over.wait(60)


def drips(handler: _Handler) -> None:
    """Send an answer byte by byte, without an end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "4000")
    handler.end_headers()
    while not handler.server.is_over.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def says_yes_and_drops_the_line(handler: _Handler) -> None:
    """Accept the request, then drop the connection in the middle of the answer."""
    handler.answer({"lifted": True, "banned": True}, cut=True)
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
