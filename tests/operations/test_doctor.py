"""The doctor: each thing that is broken is named, with what to do, in both languages."""

from __future__ import annotations

import json
import os
import re
import socket
import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from cryptography.fernet import Fernet
from sqlalchemy import text

from diagnostics.texts import load_catalogue
from intake import database as db
from intake.cli.doctor import doctor_command
from intake.database.stored_keys import record_keys
from intake.operations.doctor import diagnosis, machine
from intake.operations.doctor.diagnosis import Examination
from intake.operations.doctor.examine import examine_service
from intake.outbox import DeskPause, DeskPauses, Outbox
from intake.settings.data_folder import RESTORE_UNFINISHED
from tests.tickets.example import Kept

WORDS = load_catalogue(Path(diagnosis.__file__).with_name("words.yaml"))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A healthy service: what the machine under the test has or lacks is not judged here."""
    monkeypatch.chdir(tmp_path)
    checklists = tmp_path / "checklists"
    checklists.mkdir()
    (checklists / "ok.yaml").write_text(_CHECKLIST, encoding="utf-8")
    monkeypatch.setenv("INTAKE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("INTAKE_CHECKLISTS", str(checklists))
    monkeypatch.setattr(machine, "resolver_answers", lambda _resolvers: True)
    monkeypatch.setattr(machine, "is_clock_synchronised", lambda: True)
    (tmp_path / "data").mkdir(mode=0o700)
    return tmp_path / "data"


_CHECKLIST = """
checklist: ok
title: {en: "Trouble", ru: "Неполадка"}
steps:
  - ask: words
    kind: long-text
    text: {en: "Write what happened", ru: "Напишите, что случилось"}
    short: {en: "What happened", ru: "Что случилось"}
  - ask: email
    kind: e-mail
    role: contact
    text: {en: "Where to answer you?", ru: "Куда вам ответить?"}
    short: {en: "E-mail", ru: "Почта"}
ticket:
  subject: {en: "Trouble", ru: "Неполадка"}
  priority: [{otherwise: normal}]
  queue: [{otherwise: general}]
"""


@pytest.fixture
def kept(data: Path) -> Iterator[Kept]:
    kept = Kept(f"sqlite:///{data}/intake.db")
    yield kept
    kept.engine.dispose()


def found(*conditions: str) -> set[str]:
    wanted = conditions or ("bad",)
    return {one.code for one in examine_service() if one.condition in wanted}


def test_every_word_is_there_in_both_languages_with_the_same_values() -> None:
    def names(line: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(line) if name}

    for code, lines in WORDS.items():
        assert names(lines["en"]) == names(lines["ru"]), code


@pytest.mark.usefixtures("kept")
def test_a_healthy_service_has_nothing_bad(capsys: pytest.CaptureFixture[str]) -> None:
    doctor_command(as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert {row["condition"] for row in told} <= {"good", "warning"}
    assert {row["part"] for row in told} >= {"settings", "folder", "disk", "database", "clock"}
    assert all(row["words"]["en"] and row["words"]["ru"] for row in told)


def test_settings_that_cant_be_read_end_the_rest(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del data
    monkeypatch.setenv("INTAKE_PORT", "http")
    assert found() == {"settings-bad"}


def test_stored_data_whose_key_is_missing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start refuses; the doctor said that nothing keeps the service from working."""
    monkeypatch.setenv("INTAKE_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    try:
        db.use_encryption_keys((os.environ["INTAKE_ENCRYPTION_KEYS"],))
        record_keys(kept.engine)
        assert not found()
        monkeypatch.delenv("INTAKE_ENCRYPTION_KEYS")
        (told,) = [one for one in examine_service() if one.condition == "bad"]
    finally:
        db.use_encryption_keys(())
    assert told.code == "database-no-key"
    assert "INTAKE_ENCRYPTION_KEYS_FILE" in told.words("en")
    assert "данные зашифрованы ключом" in told.words("ru")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("INTAKE_LANGUAGE", "de", "INTAKE_LANGUAGE"),
        ("INTAKE_ADDRESS", "192.0.2.1", "INTAKE_ADDRESS"),  # RFC 5737: no machine has it
        ("INTAKE_INCIDENT_RULES", "{data}/rules.yaml", "INTAKE_INCIDENT_RULES"),
        ("INTAKE_NAME", "Acme", "staff-token"),
    ],
)
def test_what_a_start_would_refuse(
    data: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    (data / "rules.yaml").write_text("- nonsense", encoding="utf-8")
    (data / "staff-token").write_text("short" if words == "staff-token" else "x" * 40)
    monkeypatch.setenv(name, value.format(data=data))
    (told,) = [one for one in examine_service() if one.condition == "bad"]
    assert told.code == "settings-bad"
    assert words in told.words("en")


@pytest.mark.usefixtures("kept")
def test_settings_that_dont_do_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_NAMME", "Acme")
    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://help.example.com")
    assert {"settings-unknown", "settings-no-proxy"} <= found("warning")


def test_a_half_restored_folder(data: Path) -> None:
    (data / RESTORE_UNFINISHED).touch()
    assert found() == {"folder-half-restored"}


def test_a_folder_that_others_may_read(data: Path, kept: Kept) -> None:
    del kept
    data.chmod(0o755)
    (data / "intake.db").chmod(0o644)
    assert "folder-open" in found("warning")
    data.chmod(0o700)
    assert "folder-open" not in found("warning")


def test_a_silent_resolver(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del data
    monkeypatch.setattr(machine, "resolver_answers", lambda _resolvers: False)
    assert found() == {"resolver-silent"}


def test_a_mail_server_that_refuses(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del data
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # not listening: refused
        monkeypatch.setenv("INTAKE_SMTP_URL", f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        monkeypatch.setenv("INTAKE_DESK_EMAIL", "desk@hoster.example")
        assert found() == {"mail-bad"}


def test_a_database_that_is_none(data: Path) -> None:
    (data / "intake.db").write_bytes(b"not a database at all" * 100)
    assert found() == {"database-refuses"}


def test_a_database_of_a_newer_and_of_an_older_release(kept: Kept) -> None:
    with db.writing(kept.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert found() == {"database-newer"}
    with db.writing(kept.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "database-old" in found("warning")
    assert not found()


def test_a_clock_that_is_behind_what_is_stored(kept: Kept) -> None:
    kept.send(kept.draft()[1], now=db.utc_now() + timedelta(days=2))
    assert "clock-behind-data" in found()


def test_what_doesnt_arrive(kept: Kept) -> None:
    kept.send(kept.draft()[1], ("email", "rt"), now=db.utc_now() - timedelta(hours=2))
    outbox = Outbox(kept.engine)
    delivery = outbox.lease(db.utc_now(), ["rt"])
    assert delivery
    outbox.mark_parked(delivery, "550")
    now = db.utc_now()
    DeskPauses(kept.engine).set(DeskPause("email", now, now + timedelta(hours=1), 3, "away"))
    assert found() == {"desks-late", "desks-parked", "desks-paused"}
    assert "backup-never" in found("warning")


def test_a_desk_that_takes_a_queue_that_isnt_there(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip of the hand there sends a queue's tickets to another desk, in silence."""
    file = tmp_path / "desks.yaml"
    monkeypatch.setenv("INTAKE_DESKS", str(file))
    desk = (
        "desks: {{rt: {{kind: request-tracker, url: 'https://rt.example', token: t, takes: [{}],"
        " queues: {{{}: General}}, priorities: {{{}: '50'}}}}}}\n"
    )
    file.write_text(desk.format("general", "otherwise", "urgent"), encoding="utf-8")
    wrong = {"desks-undeclared", "desks-misspelt"}
    assert not wrong & set(found("warning"))
    file.write_text(desk.format("genral", "mial", "urgnet"), encoding="utf-8")
    told = [one for one in examine_service() if one.code in wrong]
    assert [(one.values["key"], one.values["name"]) for one in told] == [
        ("takes", "genral"),
        ("queues", "mial"),
        ("priorities", "urgnet"),
    ]
    assert "возможно, это 'general'." in told[0].words("ru")
    assert "there are: general." in told[1].words("en")
    del data


def test_the_free_room_is_said_in_each_languages_unit(data: Path) -> None:
    del data
    room = next(one for one in examine_service() if one.part == "disk")
    assert re.search(r"\d GB", room.words("en"))
    assert re.search(r"\d ГБ", room.words("ru"))


def test_a_checklist_with_a_mistake(data: Path) -> None:
    (data.parent / "checklists" / "ok.yaml").write_text("checklist: ok\nsteps: [", encoding="utf-8")
    assert found() == {"checklists-broken"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_something_bad_ends_with_status_1_and_in_the_readers_language(
    data: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    (data / RESTORE_UNFINISHED).touch()
    with pytest.raises(typer.Exit) as ended:
        doctor_command(language=language)
    assert ended.value.exit_code == 1
    told = capsys.readouterr().out
    assert ("interrupted" in told) == (language == "en")
    assert ("прервалось" in told) == (language == "ru")


def test_an_examination_that_fails_ends_no_other(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del data

    def broken(*_: object) -> Iterator[Examination]:
        raise RuntimeError("a fault of ours")
        yield

    monkeypatch.setattr(machine, "examine_disk", broken)
    assert found() == {"examination-failed"}
    assert "checklists-good" in found("good")
