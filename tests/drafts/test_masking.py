"""No secret of a customer's reaches the database: not by an answer, a file, nor a file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import database as db
from intake.journey.draft import OWN_WORDS
from tests.tickets import example
from tests.tickets.example import Kept, answer

SECRET = "Xk29dk!sLq"


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def content_of(kept: Kept, file_id: str) -> bytes:
    column = db.draft_files.c
    with db.reading(kept.engine) as connection:
        row = connection.execute(
            db.draft_files.select().with_only_columns(column.content).where(column.id == file_id)
        ).one()
    return bytes(row.content)


def test_no_way_of_storing_an_answer_stores_a_secret(kept: Kept, tmp_path: Path) -> None:
    said = answer(f"пароль: {SECRET}, помогите")
    begun = example.draft().model_copy(update={"answers": {OWN_WORDS: said}})
    token, draft_id = kept.draft(begun)
    kept.drafts.save_answer(draft_id, "site", said)
    kept.drafts.save_answers(draft_id, {"changed": said})
    letter = answer({"said": f"AUTH PLAIN AGFubmEAc3VuZmxvd2Vy {SECRET}", "files": ["a-1"]})
    kept.drafts.save_answer(draft_id, "letter", letter)
    found = kept.drafts.find(token)
    assert found is not None
    assert found.draft.answers["site"].value == "пароль: ••••••, помогите"
    assert found.draft.answers["letter"].value["files"] == ["a-1"]  # type: ignore[call-overload,index]
    stored = on_disk(tmp_path)
    assert f"пароль: {SECRET}".encode() not in stored
    assert b"AGFubmEAc3VuZmxvd2Vy" not in stored


def test_what_the_customer_calls_no_secret_is_stored(kept: Kept) -> None:
    token, draft_id = kept.draft()
    said = answer(f"пароль: {SECRET}, помогите")
    kept.drafts.save_answer(draft_id, "site", said, no_secrets={SECRET})
    found = kept.drafts.find(token)
    assert found is not None
    assert found.draft.answers["site"].value == said.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_text_file_is_stored_without_its_secrets(
    kept: Kept, tmp_path: Path, encoding: str
) -> None:
    _, draft_id = kept.draft()
    text = f"логин: anna\r\nпароль: {SECRET}\r\nошибка 502\r\n"
    file = kept.files.add(draft_id, "screenshot", "доступ.txt", text.encode(encoding))
    assert file.masked == 1
    stored = content_of(kept, file.id).decode(encoding, errors="replace")
    assert SECRET not in stored
    assert "ошибка 502\r\n" in stored
    assert SECRET.encode() not in on_disk(tmp_path)


def test_a_file_without_secrets_keeps_its_bytes(kept: Kept) -> None:
    _, draft_id = kept.draft()
    for content in (b"GET / 502\r\n\xff\xfe\x00", b"\x00\x01password: " + SECRET.encode()):
        file = kept.files.add(draft_id, "screenshot", "x.bin", content)
        assert file.masked == 0
        assert content_of(kept, file.id) == content


def test_a_file_that_the_customer_vouches_for_is_stored_as_it_was(kept: Kept) -> None:
    _, draft_id = kept.draft()
    content = f"password: {SECRET}".encode()
    file = kept.files.add(draft_id, "screenshot", "x.txt", content, may_hold_secrets=True)
    assert content_of(kept, file.id) == content


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("пароль Xk29dk.png", "пароль •••.png"),
        ("root_password_Qwe123zx.txt", "root_password_•••.txt"),
        ("4111 1111 1111 1111.jpg", "•••.jpg"),
        ("Screenshot_2026-11-28 at 14.20.11.png", "Screenshot_2026-11-28 at 14.20.11.png"),
        ("forgot password page.png", "forgot password page.png"),
    ],
)
def test_a_files_name_is_stored_without_its_secrets(kept: Kept, name: str, stored: str) -> None:
    _, draft_id = kept.draft()
    assert kept.files.add(draft_id, "screenshot", name, b"x").name == stored
