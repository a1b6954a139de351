"""A picture comes from its folder alone, as what it is, and as nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from intake.authoring.loader import examine_text
from intake.journey.pictures import MAX_PICTURE_BYTES
from intake.publishing.folder import ChecklistFolder
from intake.publishing.validation import judge_texts
from intake.web.files.pictures import PictureRoutes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
FILES = {
    "panel.png": PNG,
    "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(20),
    "small.webp": b"RIFF\0\0\0\0WEBPVP8 " + bytes(20),
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "large.png": PNG + bytes(MAX_PICTURE_BYTES),
    "notes.txt": b"not for customers",
}
CHECKLIST = """checklist: small
title: {en: Small, ru: Малый}
steps:
  - ask: email
    kind: e-mail
    role: contact
    text: {en: E-mail, ru: Почта}
    picture: {file: panel.png, alt: {en: "The panel", ru: Панель}}
ticket:
  subject: "Small"
  priority: [{otherwise: normal}]
  queue: [{otherwise: hosting}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    for name, content in FILES.items():
        (tmp_path / "pictures" / name).write_bytes(content)
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "pictures" / "elsewhere.png").symlink_to(tmp_path / "secret.png")
    return tmp_path


@pytest.fixture
def browser(folder: Path) -> TestClient:
    return TestClient(Starlette(routes=PictureRoutes(lambda: folder).routes()))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("panel.png", "image/png"), ("photo.jpg", "image/jpeg"), ("small.webp", "image/webp")],
)
def test_a_picture_is_served_as_what_it_is(browser: TestClient, name: str, media_type: str) -> None:
    answer = browser.get(f"/pictures/{name}")
    assert (answer.status_code, answer.content) == (200, FILES[name])
    assert answer.headers["content-type"] == media_type
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name",
    [
        *("page.png", "large.png", "notes.txt", "elsewhere.png", "none.png", "PANEL.PNG"),
        *("..%2fsecret.png", "%2e%2e/secret.png", "..", ".png", "panel.png%00", "a" * 300 + ".png"),
    ],
)
def test_nothing_else_is_served(browser: TestClient, name: str) -> None:
    answer = browser.get(f"/pictures/{name}")
    assert answer.status_code == 404
    assert b"PNG" not in answer.content


def test_the_gate_lets_pictures_through_with_the_headers_of_all_answers(client: TestClient) -> None:
    answer = client.get("/pictures/none.png")
    assert (answer.status_code, answer.text) == (404, "There is no such picture")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_that_is_too_large_is_told(folder: Path) -> None:
    examined = examine_text(CHECKLIST.replace("panel.png", "large.png"), folder=folder)
    assert [problem.code for problem in examined.problems] == ["picture-large"]


def test_what_is_to_be_published_sees_the_pictures(folder: Path) -> None:
    (folder / "small.yaml").write_text(CHECKLIST, encoding="utf-8")
    checklists = ChecklistFolder(folder, own=folder, shipped=folder)
    assert judge_texts(checklists, "small", {"small": CHECKLIST}).problems == ()
    broken = CHECKLIST.replace("panel.png", "pannel.png")
    missing = judge_texts(checklists, "small", {"small": broken})
    assert [problem.suggestion for problem in missing.problems] == ["panel.png"]
    assert (folder / "pictures" / "panel.png").is_file()
