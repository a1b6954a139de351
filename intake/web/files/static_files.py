"""
The frontend's files, compressed once and kept: 2.7 MB of a first page become 1.1.

Copies lie in a folder under the name of their content. A thread makes them at the first start after
an upgrade and reads them at every start, for browsers would keep a damaged one for a year. Until a
copy is there and whole, the file goes out as it is. Nothing is compressed for a request.
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
_ABANDONED_AFTER_S: Final = 3600.0  # an unfinished copy; a second server may be at it until then


@dataclass(frozen=True, slots=True)
class StaticFile:
    """
    A file by its content; its compressed copies are `folder`/`digest` with an ending.

    `whole` names the encodings of those that this process has made, or read and found whole.
    """

    path: Path
    digest: str
    folder: Path
    whole: set[str] = field(default_factory=set, compare=False)

    @property
    def version(self) -> str:
        """The query that names it by its content; see `version_of`."""
        return f"v={self.digest[:_VERSION_LENGTH]}"

    @property
    def is_compressible(self) -> bool:
        """Whether it is a text, and of a size where compressing pays."""
        return self.path.suffix in _COMPRESSIBLE and self.path.stat().st_size >= _SMALLEST

    def copy(self, encoding: str) -> Path:
        """Where the copy in an encoding is, or will be."""
        return self.folder / f"{self.digest}{_ENDINGS[encoding]}"

    def best(self, accepted: str) -> tuple[Path, str]:
        """The copy to send for an Accept-Encoding, and its encoding, which is "" for the file."""
        for encoding in _ENDINGS:
            is_there = encoding in self.whole and self.copy(encoding).is_file()
            if is_there and accepts(accepted, encoding):
                return self.copy(encoding), encoding
        return self.path, ""


def find_static_files(roots: Mapping[str, Path], folder: Path) -> dict[str, StaticFile]:
    """The files below some roots by their addresses; `roots` maps a prefix, like "/static"."""
    return {
        f"{prefix}/{path.relative_to(root).as_posix()}": StaticFile(
            path, hashlib.sha256(path.read_bytes()).hexdigest()[:32], folder
        )
        for prefix, root in roots.items()
        for path in sorted(root.rglob("*"))
        if path.suffix in _TYPES
    }


def accepts(header: str, encoding: str) -> bool:
    """Whether an Accept-Encoding names a coding and doesn't refuse it (RFC 9110, 12.5.3)."""
    for part in header.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name.strip() == encoding:
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameters)
    return False


class StaticFiles:
    """ASGI middleware that answers for known files; everything else goes on."""

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
    """The query that names a file by its content, so that a browser may keep it for a year."""
    return f"v={hashlib.sha256(content).hexdigest()[:_VERSION_LENGTH]}"


def _answer(file: StaticFile, request: Headers, *, is_named_by_content: bool) -> Response:
    # A range is of the bytes that a client has, and most have those of the file.
    accepted = "" if "range" in request else request.get("accept-encoding", "")
    path, encoding = file.best(accepted)
    # Each coding is a representation of its own, with a tag of its own (RFC 9110, section 8.8.3).
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
    """If-None-Match compares weakly (RFC 9110, section 13.1.2)."""
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return etag in named or "*" in named


class Compressor:
    """A thread that makes the missing copies, the small files first, and removes stale ones."""

    def __init__(self, files: Iterable[StaticFile], folder: Path) -> None:
        self._files = sorted(
            (file for file in files if file.is_compressible),
            key=lambda file: file.path.stat().st_size,
        )
        self._folder = folder
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread that ends when every copy is there."""
        self._thread = threading.Thread(target=self._run, name="compressor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the file in hand."""
        self._stopping.set()

    def make_copies(self) -> None:
        """
        Make what is missing, in the caller's thread.

        Raises:
            OSError: the folder can't be written; the files go out as they are.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_stale()
        for file in self._files:
            for encoding in _ENDINGS:
                if self._stopping.is_set():
                    return
                if not _is_whole(file, encoding):
                    _store(file.copy(encoding), _compressed(file.path.read_bytes(), encoding))
                file.whole.add(encoding)

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
    """Let customers' pages go first: at the first start there is half a minute to compress."""
    with suppress(OSError, AttributeError):  # only Linux knows a priority of one thread
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)


def _compressed(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    # mtime=0: the same file gives the same bytes, whenever it is compressed.
    return gzip.compress(content, mtime=0)


def _is_whole(file: StaticFile, encoding: str) -> bool:
    try:
        packed = file.copy(encoding).read_bytes()
        content = brotli.decompress(packed) if encoding == "br" else gzip.decompress(packed)
    except (OSError, EOFError, zlib.error, brotli.error):
        return False
    return hashlib.sha256(content).hexdigest().startswith(file.digest)


def _store(path: Path, content: bytes) -> None:
    """Write a copy, whole or not at all, whatever a second server on the folder does."""
    # Written aside: a kill in the middle leaves no half copy under a name that is served.
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
