"""
The frontend's files, compressed once and stored: 2.7 MB of a first page become 1.1.

Copies are in a folder, named by the digest of their content. A thread makes them at the first
start after an upgrade and verifies them at every start, since browsers would cache a damaged one
for a year. Until a copy is verified, the file is sent uncompressed. Nothing is compressed during a
request.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import brotli
import structlog
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger(__name__)

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE: Final = frozenset({".css", ".js", ".json", ".svg"})
_SMALLEST: Final = 1024  # below that the headers weigh more
_LOWEST_PRIORITY: Final = 19
_BROTLI_QUALITY: Final = 9  # 11 saves another 8 % and takes fifteen times as long
_HASHED_NAME: Final = re.compile(r"\.[\w-]{8}\.\w+$")  # as the frontend's build names its files
_VERSION_LENGTH: Final = 12
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ENDINGS: Final = {"br": ".br", "gzip": ".gz"}  # in order of preference
_ABANDONED_AFTER_S: Final = (
    3600.0  # age of an unfinished copy; a second server may still be writing a younger one
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """
    A file and its digest; its compressed copies are `folder`/`digest` with a suffix.

    `whole` holds the encodings whose copies this process has made or verified.
    """

    path: Path
    digest: str
    folder: Path
    verified: set[str] = field(default_factory=set, compare=False)

    @property
    def version(self) -> str:
        """The query string that names its content; see `version_of`."""
        return f"v={self.digest[:_VERSION_LENGTH]}"

    @property
    def is_compressible(self) -> bool:
        """Whether it is text, and large enough for compression to pay."""
        return self.path.suffix in _COMPRESSIBLE and self.path.stat().st_size >= _SMALLEST

    def copy(self, encoding: str) -> Path:
        """Return the path of the copy in an encoding, whether it exists or not."""
        return self.folder / f"{self.digest}{_ENDINGS[encoding]}"

    def best(self, accepted: str) -> tuple[Path, str]:
        """Return the copy to send for an Accept-Encoding, and its encoding ("" for the file)."""
        for encoding in _ENDINGS:
            is_there = encoding in self.verified and self.copy(encoding).is_file()
            if is_there and accepts(accepted, encoding):
                return self.copy(encoding), encoding
        return self.path, ""


def find_static_files(roots: Mapping[str, Path], folder: Path) -> dict[str, StaticFile]:
    """Return the files below some roots by address; `roots` maps a prefix to a folder."""
    return {
        f"{prefix}/{path.relative_to(root).as_posix()}": StaticFile(
            path, hashlib.sha256(path.read_bytes()).hexdigest()[:32], folder
        )
        for prefix, root in roots.items()
        for path in sorted(root.rglob("*"))
        if path.suffix in _TYPES
    }


def accepts(header: str, encoding: str) -> bool:
    """Check whether an Accept-Encoding lists a coding with a weight above 0 (RFC 9110, 12.5.3)."""
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name.strip() == encoding:
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameters)
    return False


class StaticFiles:
    """ASGI middleware that answers requests for known files and passes on all others."""

    def __init__(self, app: ASGIApp, *, files: Mapping[str, StaticFile]) -> None:
        self._app, self._files = app, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD of a known file."""
        file = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_named_by_content = scope["query_string"] == file.version.encode()
        answer = _answer(file, Headers(scope=scope), is_named_by_content=is_named_by_content)
        await answer(scope, receive, send)


def version_of(content: bytes) -> str:
    """Return the query string for a file's content, so that browsers can cache it for a year."""
    return f"v={hashlib.sha256(content).hexdigest()[:_VERSION_LENGTH]}"


def _answer(file: StaticFile, request: Headers, *, is_named_by_content: bool) -> Response:
    # A range refers to the bytes that a client already has, usually those of the plain file.
    accepted = "" if "range" in request else request.get("accept-encoding", "")
    path, encoding = file.best(accepted)
    # Each coding is a separate representation with its own tag (RFC 9110, section 8.8.3).
    etag = f'"{file.digest}{f"-{encoding}" if encoding else ""}"'
    is_kept = is_named_by_content or _HASHED_NAME.search(file.path.name) is not None
    headers = {
        "ETag": etag,
        "Cache-Control": _FOR_EVER if is_kept else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if _matches(request.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    return FileResponse(path, headers=headers, media_type=_TYPES[file.path.suffix])


def _matches(header: str, etag: str) -> bool:
    """Evaluate If-None-Match, which compares weakly (RFC 9110, section 13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return etag in named or "*" in named


class Compressor:
    """A thread that makes missing copies, small files first, and removes stale ones."""

    def __init__(self, files: Iterable[StaticFile], folder: Path) -> None:
        self._files = sorted(
            (file for file in files if file.is_compressible),
            key=lambda file: file.path.stat().st_size,
        )
        self._folder = folder
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; it ends when every copy is made."""
        self._thread = threading.Thread(target=self._run, name="compressor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the current file."""
        self._stopping.set()

    def make_copies(self) -> None:
        """
        Make the missing copies, in the caller's thread.

        Raises:
            OSError: the folder can't be written; the files are sent uncompressed.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_stale()
        for file in self._files:
            for encoding in _ENDINGS:
                if self._stopping.is_set():
                    return
                if not _is_intact(file, encoding):
                    _store(file.copy(encoding), _compressed(file.path.read_bytes(), encoding))
                file.verified.add(encoding)

    def _remove_stale(self) -> None:
        wanted = {file.copy(encoding) for file in self._files for encoding in _ENDINGS}
        for path in set(self._folder.iterdir()) - wanted:
            with suppress(FileNotFoundError):  # a second server on the folder was faster
                age_s = time.time() - path.stat().st_mtime
                if not path.name.startswith(".") or age_s > _ABANDONED_AFTER_S:
                    path.unlink()

    def _run(self) -> None:
        _yield_processor()
        try:
            self.make_copies()
        except OSError as error:
            log.warning("the frontend's files go out uncompressed", why=str(error))


def _yield_processor() -> None:
    """Lower the thread's priority: compressing takes half a minute at the first start."""
    with suppress(OSError, AttributeError):  # only Linux has priorities of single threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)


def _compressed(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    # mtime=0: the same file gives the same bytes, whenever it is compressed.
    return gzip.compress(content, mtime=0)


def _is_intact(file: StaticFile, encoding: str) -> bool:
    try:
        packed = file.copy(encoding).read_bytes()
        content = brotli.decompress(packed) if encoding == "br" else gzip.decompress(packed)
    except (OSError, EOFError, zlib.error, brotli.error):
        return False
    return hashlib.sha256(content).hexdigest().startswith(file.digest)


def _store(path: Path, content: bytes) -> None:
    """Write a copy atomically, whatever a second server on the folder does."""
    # Written to a temporary file: a kill in the middle leaves no partial copy under a served name.
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
