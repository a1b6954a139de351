"""The frontend's files: compressed once, revalidated or kept for a year, whole in every coding."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli
import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from intake.web.files.static_files import Compressor, StaticFiles, accepts, find_static_files

SCRIPT = b"export const words = 'one, two, three';\n" * 400
HASHED = "/static/js/index.DormvYxC.js"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "js").mkdir(parents=True)
    (root / "js" / "index.DormvYxC.js").write_bytes(SCRIPT)
    (root / "plain.css").write_bytes(b"a{b:c}" * 400)
    (root / "small.js").write_bytes(b"1")
    (root / "font.AbCdEf12.woff2").write_bytes(b"wOF2" * 1000)
    return root


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    return tmp_path / "copies"


@pytest.fixture
def client(files: Path, copies: Path) -> TestClient:
    known = find_static_files({"/static": files}, copies)
    Compressor(known.values(), copies).make_copies()
    return TestClient(StaticFiles(PlainTextResponse("not ours", 404), files=known))


def raw(client: TestClient, path: str, coding: str) -> tuple[bytes, dict[str, str]]:
    """The body as it came, before the client's own unpacking."""
    with client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        return b"".join(answer.iter_raw()), dict(answer.headers)


@pytest.mark.parametrize(
    ("coding", "sent_as"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5", "br"),
        ("identity", None),
        ("", None),
        ("xbr, gzipped", None),
    ],
)
def test_a_file_goes_out_in_the_best_coding_that_is_taken(
    client: TestClient, coding: str, sent_as: str | None
) -> None:
    body, headers = raw(client, HASHED, coding)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[sent_as]
    assert unpack(body) == SCRIPT
    assert headers.get("content-encoding") == sent_as
    assert headers["vary"] == "Accept-Encoding"
    assert headers["content-type"].startswith("text/javascript")
    assert int(headers["content-length"]) == len(body)


def test_only_names_with_the_contents_hash_are_kept_for_a_year(client: TestClient) -> None:
    assert client.get(HASHED).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "immutable" in client.get("/static/font.AbCdEf12.woff2").headers["cache-control"]
    assert client.get("/static/plain.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_what_a_browser_has_is_not_sent_again(client: TestClient, coding: str) -> None:
    first = client.get("/static/plain.css", headers={"Accept-Encoding": coding})
    etag = first.headers["etag"]
    for named in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        headers = {"Accept-Encoding": coding, "If-None-Match": named}
        again = client.get("/static/plain.css", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag


def test_each_coding_has_an_etag_of_its_own(client: TestClient) -> None:
    """RFC 9110, section 8.8.3: a cache must not put the bytes of two codings together."""
    etags = {
        client.get(HASHED, headers={"Accept-Encoding": coding}).headers["etag"]
        for coding in ("br", "gzip", "identity")
    }
    assert len(etags) == 3


def test_a_range_is_of_the_files_own_bytes(client: TestClient) -> None:
    headers = {"Range": "bytes=7-11", "Accept-Encoding": "br, gzip"}
    answer = client.get(HASHED, headers=headers)
    assert (answer.status_code, answer.content) == (206, SCRIPT[7:12])
    assert "content-encoding" not in answer.headers


def test_a_head_says_what_a_get_would(client: TestClient) -> None:
    get, head = (
        ask(HASHED, headers={"Accept-Encoding": "br"}) for ask in (client.get, client.head)
    )
    assert head.content == b""
    for name in ("content-length", "etag", "content-encoding", "vary"):
        assert head.headers[name] == get.headers[name]


def test_what_is_small_or_packed_already_is_left_alone(client: TestClient) -> None:
    for path in ("/static/small.js", "/static/font.AbCdEf12.woff2"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/none.js", "/static/../copies", "/other", "/static/"])
def test_other_paths_go_on(client: TestClient, path: str) -> None:
    assert client.get(path).text == "not ours"


def test_files_go_out_before_their_copies_are_made(files: Path, copies: Path) -> None:
    known = find_static_files({"/static": files}, copies)
    client = TestClient(StaticFiles(PlainTextResponse("not ours", 404), files=known))
    body, headers = raw(client, HASHED, "br")
    assert (body, headers.get("content-encoding")) == (SCRIPT, None)


def test_copies_are_made_once_and_stale_ones_go(files: Path, copies: Path) -> None:
    known = find_static_files({"/static": files}, copies)
    Compressor(known.values(), copies).make_copies()
    made = {path: path.stat().st_mtime_ns for path in copies.iterdir()}
    assert len(made) == 4
    Compressor(known.values(), copies).make_copies()
    assert {path: path.stat().st_mtime_ns for path in copies.iterdir()} == made
    (files / "plain.css").write_bytes(b"d{e:f}" * 400)
    changed = find_static_files({"/static": files}, copies)
    Compressor(changed.values(), copies).make_copies()
    assert len(set(copies.iterdir()) & made.keys()) == 2
    assert len(list(copies.iterdir())) == 4


@pytest.mark.parametrize("damage", [b"", b"half", None], ids=["empty", "cut", "zeros"])
def test_a_damaged_copy_is_made_again_and_never_sent(
    files: Path, copies: Path, damage: bytes | None
) -> None:
    """A power cut while it was written left a white page, which browsers keep for a year."""
    known = find_static_files({"/static": files}, copies)
    Compressor(known.values(), copies).make_copies()
    for copy in copies.iterdir():
        copy.write_bytes(bytes(copy.stat().st_size) if damage is None else damage)
    restarted = find_static_files({"/static": files}, copies)
    client = TestClient(StaticFiles(PlainTextResponse("not ours", 404), files=restarted))
    for coding in ("br", "gzip"):
        assert raw(client, HASHED, coding)[0] == SCRIPT  # as it is, until the copies are read
    Compressor(restarted.values(), copies).make_copies()
    assert brotli.decompress(raw(client, HASHED, "br")[0]) == SCRIPT
    assert gzip.decompress(raw(client, HASHED, "gzip")[0]) == SCRIPT


def test_a_second_server_on_the_folder_takes_nothing_from_the_first(
    files: Path, copies: Path
) -> None:
    """It removed what the first was writing, and the first gave up for good."""
    copies.mkdir()
    under_way, abandoned = copies / ".under-way", copies / ".abandoned"
    for path in (under_way, abandoned):
        path.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    Compressor(find_static_files({"/static": files}, copies).values(), copies).make_copies()
    assert under_way.exists()
    assert not abandoned.exists()
    assert len(list(copies.iterdir())) == 5


def test_a_refused_coding_is_not_accepted() -> None:
    assert accepts("gzip;q=0.001", "gzip")
    assert not accepts("gzip;q=0.000", "gzip")
    assert not accepts("gzip; q = 0", "gzip")
    assert accepts("GZIP", "gzip")
