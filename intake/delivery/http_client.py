"""
The HTTP client for desks' APIs: limited in time and size, to one host, and without secrets in
messages.

What an answer means for a ticket is decided here once. 400 to 499 is the desk's "never" for this
ticket; 401 and 403 are about our key, and so about every ticket; 429 says when to come back; after
any other failure of a sent request it is unknown whether the desk acted.
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
_MAX_WAIT_S: Final = 86_400.0  # a Retry-After of years is a mistake of the desk's
_MIN_SECRET_LENGTH: Final = 6
_UNCERTAIN_STATUSES: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A desk's answer: its status, its headers by lower-case names, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:  # noqa: ANN401  an API's answer is judged by who asked
        """Return the body as JSON; None if it isn't JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    field: str
    name: str
    content: bytes
    media_type: str


class HttpClient:
    """
    Sends requests to one desk; `name` is the desk's, for messages.

    `secrets` never appear in an error or in the log, even if the desk repeats them.
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
        self._secrets = [secret for secret in secrets if len(secret) >= _MIN_SECRET_LENGTH]
        self._timeout_s, self._verify = timeout_s, ca_file or True

    @property
    def url(self) -> str:
        """The desk's address, without a slash at the end."""
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
        is_write: bool | None = None,
        accepts: Collection[int] = (),
    ) -> HttpAnswer:
        """
        Send one request and return its answer, if that is a success or in `accepts`.

        `is_write`: whether the request changes something, so that a lost answer leaves the result
        unknown; by default every method but GET.

        Raises:
            Refused: the desk won't do this.
            Unavailable: not now, or the result is unknown.
        """
        may_have_changed = method != "GET" if is_write is None else is_write
        ends_at = time.monotonic() + self._timeout_s
        try:
            with requests.Session() as session:
                # A .netrc file or the environment's proxy isn't meant for desks.
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
            raise self._connection_failure(error, may_have_changed=may_have_changed) from error
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        if answer.status in accepts:
            return answer
        raise self.failure(answer, may_have_changed=may_have_changed)

    def failure(self, answer: HttpAnswer, *, may_have_changed: bool) -> Refused | Unavailable:
        """Return the exception for an answer that is no success."""
        status = answer.status
        why = self.describe(f"answered {status}{_reason(answer)}")
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
            return (
                Unavailable(why, is_uncertain=may_have_changed)
                if status in _UNCERTAIN_STATUSES
                else Refused(why)
            )
        return Unavailable(
            why,
            retry_after_s=retry_after_s(answer.headers),
            is_uncertain=may_have_changed,
            is_answered=True,
        )

    def unclear_answer(self, answer: HttpAnswer, what: str) -> Unavailable:
        """Return the exception for a success without the expected body: the result is unknown."""
        return Unavailable(
            self.describe(f"answered {answer.status} without {what}{_reason(answer)}"),
            is_uncertain=True,
        )

    def describe(self, why: str) -> str:
        """Return what went wrong in one line for staff, with no secret in it."""
        line = f"Desk '{self._name}': {urlsplit(self._url).netloc.rpartition('@')[2]} {why}"
        for secret in self._secrets:
            line = line.replace(secret, "•••")
        return one_line(line, 400)

    def _connection_failure(self, error: Exception, *, may_have_changed: bool) -> Unavailable:
        if _never_connected(error):
            why = _connection_words(error)
            # Nothing was sent: every ticket would fail alike.
            return Unavailable(self.describe(why), whole_desk=True)
        if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
            return Unavailable(self.describe(f"can't be asked: {type(error).__name__}"))
        late = isinstance(error, requests.Timeout | BodyError)
        why = "did not answer in time" if late else "closed the connection before its answer"
        return Unavailable(self.describe(why), is_uncertain=may_have_changed)


def retry_after_s(
    headers: Mapping[str, str], now: Callable[[], datetime] | None = None
) -> float | None:
    """Return the seconds of a Retry-After, a number or a date (RFC 9110, section 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MAX_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    clock = now() if now else datetime.now(UTC)
    return min(max((moment - clock).total_seconds(), 0.0), _MAX_WAIT_S)


def _form(
    values: Mapping[str, str] | Sequence[tuple[str, str]] | None,
) -> list[tuple[str, str]] | None:
    if values is None:
        return None
    return list(values.items()) if isinstance(values, Mapping) else list(values)


def _never_connected(error: Exception) -> bool:
    """Check whether the connection itself failed, before anything of the request was sent."""
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
    """Return the desk's own words about a failure, if it gave any."""
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
    """Return whatever reads like an explanation in a JSON answer."""
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
