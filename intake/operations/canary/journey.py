"""
The canary's requests over HTTP: what a customer without JavaScript does, up to the ticket's
reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

import requests

from intake.tickets.reference import parse_reference

CanaryStepName = Literal["server", "start", "begin", "send", "store", "probes", "desks", "clean"]
WORDS: Final = "A test by Intake itself. The canary sees nothing at all since 14:20."
CONTACT: Final = "canary@canary.invalid"  # reserved (RFC 2606): no letter can go there
_LIMIT_S: Final = 15.0


class CanaryFailure(Exception):  # noqa: N818 - what happened, as its name says
    """A step that didn't work as for a customer; the message says what happened instead."""

    def __init__(self, step: CanaryStepName, why: str) -> None:
        super().__init__(why)
        self.step = step


@dataclass(frozen=True, slots=True)
class SentByCanary:
    """The ticket that the canary sent."""

    token: str
    reference: str


class CanaryJourney:
    """Walks through the service at `base`; `token` is the draft's as soon as there is one."""

    def __init__(self, base: str, proof: str, ca_file: Path | None = None) -> None:
        self._base, self._proof = base.rstrip("/"), proof
        self._session = requests.Session()
        self._session.trust_env = False
        if ca_file is not None:
            self._session.verify = str(ca_file)
        self.token: str | None = None

    def walk(self) -> SentByCanary:
        """
        Walk from the first page to the ticket's reference.

        Raises:
            CanaryFailure: the first step that failed.
        """
        with self._session:
            if self._get("server", "/healthz").text != "ok":
                raise CanaryFailure("server", f"{self._base}/healthz doesn't say ok")
            if 'id="first-screen"' not in self._get("start", "/?lang=en").text:
                raise CanaryFailure("start", "the first page has no choices")
            self.token = self._begin()
            return SentByCanary(self.token, self._send(self.token))

    def _begin(self) -> str:
        form = {"lang": "en", "words": WORDS, "noscript": "1", "canary": self._proof}
        location = self._post("begin", "/begin", form)
        token = parse_qs(urlsplit(location).query).get("case", [""])[0]
        if not token:
            raise CanaryFailure(
                "begin", f"no draft was begun, we were led to {location or 'nowhere'}"
            )
        return token

    def _send(self, token: str) -> str:
        form = {
            "lang": "en",
            "case": token,
            "contact": CONTACT,
            "words": WORDS,
            "again": "other",
            "canary": self._proof,
        }
        location = self._post("send", "/person", form)
        if not location:
            raise CanaryFailure("send", "the ticket was not taken")
        path = urlsplit(location)
        page = self._get("send", f"/person?{path.query}").text
        title = page.partition("<h1>")[2].partition("</h1>")[0]
        reference = parse_reference(title.rpartition(" ")[2])
        if reference is None:
            raise CanaryFailure("send", f"the last page shows no number: {title[:80]!r}")
        return reference

    def _get(self, step: CanaryStepName, path: str) -> requests.Response:
        answer = self._request(step, "GET", path)
        if answer.status_code != HTTPStatus.OK:
            raise CanaryFailure(step, f"{self._base}{path.partition('?')[0]}: {answer.status_code}")
        return answer

    def _post(self, step: CanaryStepName, path: str, form: dict[str, str]) -> str:
        """Send a form, and return where the answer redirects to; "" if it doesn't."""
        answer = self._request(step, "POST", path, form)
        if answer.status_code not in (HTTPStatus.SEE_OTHER, HTTPStatus.OK, 422):
            raise CanaryFailure(step, f"{self._base}{path}: {answer.status_code}")
        return answer.headers.get("Location", "")

    def _request(
        self, step: CanaryStepName, method: str, path: str, form: dict[str, str] | None = None
    ) -> requests.Response:
        try:
            return self._session.request(
                method, f"{self._base}{path}", data=form, timeout=_LIMIT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise CanaryFailure(step, f"{self._base}: {_reason(error)}") from error


def _reason(error: requests.RequestException) -> str:
    """
    Return a reason that an operator can look for; the library's own messages name its
    classes.
    """
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate isn't trusted, or it speaks no TLS there"
    if isinstance(error, requests.Timeout):
        return f"no answer within {_LIMIT_S:.0f} s"
    if isinstance(error, requests.ConnectionError):
        return "nothing answers there; check the address, and whether the service runs"
    return f"the answer can't be read ({type(error).__name__})"
