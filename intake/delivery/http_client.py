"""
The one way to a desk's HTTP API: bounded in time and size, to one host, with secrets kept quiet.

What an answer means for a ticket is decided here once. An answer of 400 to 499 is the desk's
"never" for this ticket; 401 and 403 are about us, and so about every ticket; 429 says when; any
other failure after the request has left means that nobody knows whether the desk acted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import requests
import structlog
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError
from urllib3.exceptions import SSLError as UrllibSslError

from diagnostics.texts import one_line
from intake.delivery.desk import Refused, Unavailable
from intake.vantages.bounded_body import BodyError, read_body

log = structlog.get_logger(__name__)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

TIMEOUT_S: Final = 20.0
_MAX_ANSWER_BYTES: Final = 8_000_000  # a ticket read back with its whole text and files' names
_LONGEST_WAIT_S: Final = 86_400.0  # a Retry-After of years is a slip of theirs
_SHORTEST_SECRET: Final = 6
_UNKNOWN_FATE: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the desk said: its status, its headers by names in lower case, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:  # noqa: ANN401  an API's answer is judged by who asked
        """The body as JSON; None where it isn't JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Upload:
    """One part of a form that is a file."""

    field: str
    name: str
    content: bytes
    media_type: str


class HttpClient:
    """
    Calls to one desk; `name` is the desk's, for the words of what goes wrong.

    `secrets` never stand in an error or in the log, whatever the desk repeats of them.
    """

    def __init__(  # noqa: PLR0913  what every call has in common
        self,
        name: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        secrets: Sequence[str] = (),
        timeout_s: float = TIMEOUT_S,
        ca_file: str | None = None,
    ) -> None:
        self._name, self._url = name, url.rstrip("/")
        self._headers, self._auth = dict(headers or {}), auth
        self._secrets = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
        self._timeout_s, self._verify = timeout_s, ca_file or True

    @property
    def url(self) -> str:
        """Where the desk is, without a slash at the end."""
        return self._url

    def call(  # noqa: PLR0913  the parts of a request
        self,
        method: Method,
        path: str = "",
        *,
        body: Any = None,  # noqa: ANN401  whatever JSON can say
        form: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        data: bytes | None = None,
        uploads: Sequence[Upload] = (),
        query: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        changes: bool | None = None,
        accepts: Collection[int] = (),
    ) -> HttpAnswer:
        """
        Send one request and return its answer, if that is a success or of `accepts`.

        `changes`: whether the request makes something, so that a lost answer leaves us in doubt;
        by default everything but GET does.

        Raises:
            Refused: the desk won't do this.
            Unavailable: not now, or it isn't known.

        """
        makes = method != "GET" if changes is None else changes
        ends_at = time.monotonic() + self._timeout_s
        try:
            with requests.Session() as session:
                # A .netrc or a proxy of the environment is not meant for this.
                session.trust_env = False
                with session.request(
                    method,
                    f"{self._url}{path}",
                    params=query,
                    json=body,
                    data=data if data is not None else _form(form),
                    files=[
                        (part.field, (part.name, part.content, part.media_type)) for part in uploads
                    ]
                    or None,
                    headers={**self._headers, **(headers or {})},
                    auth=self._auth,
                    timeout=self._timeout_s,
                    allow_redirects=False,
                    stream=True,
                    verify=self._verify,
                ) as response:
                    answer = HttpAnswer(
                        response.status_code,
                        {key.lower(): value for key, value in response.headers.items()},
                        read_body(response, limit_bytes=_MAX_ANSWER_BYTES, ends_at=ends_at),
                    )
        except (requests.RequestException, BodyError, OSError, ValueError) as error:
            raise self._lost(error, makes=makes) from error
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        if answer.status in accepts:
            return answer
        raise self.failure(answer, makes=makes)

    def failure(self, answer: HttpAnswer, *, makes: bool) -> Refused | Unavailable:
        """What an answer that is no success means for the ticket."""
        status = answer.status
        why = self.words(f"answered {status}{_reason(answer)}")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            hint = "Check its key and what the key may do"
            return Unavailable(f"{why}. {hint}", whole_desk=True, needs_operator=True)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            to = urlsplit(answer.headers.get("location", "")).netloc
            hint = (
                f"It sends us on{f' to {one_line(to, 100)}' if to else ''}. Set its final address"
            )
            return Unavailable(f"{why}. {hint}", whole_desk=True, needs_operator=True)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait_s = retry_after_s(answer.headers)
            return Unavailable(why, retry_after_s=wait_s, whole_desk=True, is_answered=True)
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Unavailable(why, is_uncertain=makes) if status in _UNKNOWN_FATE else Refused(why)
        return Unavailable(
            why,
            retry_after_s=retry_after_s(answer.headers),
            is_uncertain=makes,
            is_answered=True,
        )

    def unclear(self, answer: HttpAnswer, what: str) -> Unavailable:
        """A success whose body doesn't say what a success says: nobody knows what was done."""
        return Unavailable(
            self.words(f"answered {answer.status} without {what}{_reason(answer)}"),
            is_uncertain=True,
        )

    def words(self, why: str) -> str:
        """What went wrong, in one line for staff, with no secret in it."""
        line = f"Desk '{self._name}': {urlsplit(self._url).netloc.rpartition('@')[2]} {why}"
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        return one_line(line, 400)

    def _lost(self, error: Exception, *, makes: bool) -> Unavailable:
        if _never_connected(error):
            why = _connection_words(error)
            # Nothing has left: it would be the same for every ticket.
            return Unavailable(self.words(why), whole_desk=True)
        if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
            return Unavailable(self.words(f"can't be asked: {type(error).__name__}"))
        late = isinstance(error, requests.Timeout | BodyError)
        why = "did not answer in time" if late else "closed the connection before its answer"
        return Unavailable(self.words(why), is_uncertain=makes)


def retry_after_s(
    headers: Mapping[str, str], now: Callable[[], datetime] | None = None
) -> float | None:
    """Seconds of a Retry-After (RFC 9110, section 10.2.3), a number or a date; None without."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    clock = now() if now else datetime.now(UTC)
    return min(max((moment - clock).total_seconds(), 0.0), _LONGEST_WAIT_S)


def _form(
    values: Mapping[str, str] | Sequence[tuple[str, str]] | None,
) -> list[tuple[str, str]] | None:
    if values is None:
        return None
    return list(values.items()) if isinstance(values, Mapping) else list(values)


def _never_connected(error: Exception) -> bool:
    """Whether the connection itself failed, before anything of the request was sent."""
    if isinstance(error, ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason: object = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(reason, NewConnectionError | NameResolutionError | UrllibSslError)


def _connection_words(error: Exception) -> str:
    if isinstance(error, ConnectTimeout):
        return "did not answer the connection in time"
    if isinstance(error, requests.exceptions.SSLError):
        return f"has a certificate that can't be trusted: {one_line(str(error), 200)}"
    return "can't be reached: no connection"


def _reason(answer: HttpAnswer) -> str:
    """The desk's own words about a failure, where it said any."""
    reason = _reason_in(answer.json()) or ("" if b"<" in answer.body[:200] else answer.text)
    return f": {one_line(reason, 200)}" if reason.strip() else ""


_REASON_KEYS = (
    "message",
    "error",
    "errors",
    "errorMessage",
    "description",
    "error_description",
    "detail",
)


def _reason_in(parsed: object, depth: int = 0) -> str:
    """Whatever reads like an explanation in a JSON answer."""
    if isinstance(parsed, str):
        return parsed
    if depth > 3:  # noqa: PLR2004  deeper is data, no message
        return ""
    if isinstance(parsed, list):
        return "; ".join(filter(None, (_reason_in(part, depth + 1) for part in parsed[:5])))
    if isinstance(parsed, dict):
        known = [_reason_in(parsed[name], depth + 1) for name in _REASON_KEYS if name in parsed]
        if any(known):
            return "; ".join(filter(None, known))
        parts = [
            (str(name), _reason_in(part, depth + 1)) for name, part in list(parsed.items())[:8]
        ]
        return "; ".join(f"{name}: {text}" for name, text in parts if text)
    return ""
