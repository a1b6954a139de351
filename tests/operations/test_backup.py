"""Backups taken while customers write, and what a restore refuses."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from intake import database as db
from intake.operations.backup import make_backup
from intake.operations.backup_set import BackupError, read_backup
from intake.operations.data_lock import data_lock
from intake.operations.restore import restore_backup
from intake.settings import Settings, SettingsError
from intake.settings.data_folder import make_data_folder
from tests.tickets.example import Kept, answer


def settings_of(data: Path) -> Settings:
    return Settings(data=data)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service's folder with a ticket in it."""
    folder = tmp_path_factory.mktemp("service") / "data"
    folder.mkdir(mode=0o700)
    kept = Kept(settings_of(folder).database)
    kept.send(kept.draft()[1])
    kept.engine.dispose()
    (folder / "staff-token").write_text("a-token-that-was-made-at-first\n")
    (folder / "checklists" / "sections").mkdir(parents=True)
    (folder / "checklists" / "own.yaml").write_text("checklist: own\n")
    (folder / "static").mkdir()
    (folder / "static" / "index.js.br").write_bytes(b"made anew")
    return folder


@pytest.fixture(scope="module")
def backup(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups") / "sunday"
    make_backup(settings_of(data), folder)
    return folder


@pytest.fixture
def own_backup(backup: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return Path(shutil.copytree(backup, tmp_path / "copy"))


def references(data: Path) -> set[str]:
    kept = Kept(settings_of(data).database)
    rows = {row.reference for row in kept.tickets.list(limit=1_000)}
    kept.engine.dispose()
    return rows


class Customers:
    """Threads that send tickets; `shown` are the numbers that they have seen."""

    def __init__(self, data: Path, count: int) -> None:
        self.kept = Kept(settings_of(data).database)
        self.shown: list[str] = []
        self.steps: list[tuple[str, str]] = []
        self.enough = threading.Event()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def _send(self, number: int) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            token, draft_id = self.kept.draft()
            said = f"{number}.{turn}"
            self.kept.drafts.save_answer(draft_id, "name", answer(said))
            self.steps.append((token, said))
            if turn % 2:
                self.shown.append(self.kept.send(draft_id).reference)
            if len(self.shown) >= 8:
                self.enough.set()

    def leave(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.kept.engine.dispose()


def test_everything_shown_before_a_backup_under_load_is_in_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    customers = Customers(data, 4)
    try:
        assert customers.enough.wait(60)
        shown, steps = list(customers.shown), list(customers.steps)
        manifest = make_backup(settings_of(data), tmp_path / "backup")
    finally:
        customers.leave()
    assert len(customers.shown) > len(shown), "nobody wrote meanwhile"
    fresh = settings_of(tmp_path / "fresh")
    assert restore_backup(fresh, tmp_path / "backup").put_aside is None
    kept = Kept(fresh.database)
    for reference in shown:
        ticket = kept.tickets.get(reference)
        assert ticket is not None
        assert [row.desk for row in kept.outbox_rows(reference)] == ["email"]
    for token, said in steps:
        stored = kept.drafts.find(token)
        assert stored is not None
        assert stored.draft.answers["name"].value == said
    assert len(kept.tickets.list(limit=1_000)) == manifest.tickets
    with db.reading(kept.engine) as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    kept.engine.dispose()


def test_a_writer_that_never_pauses_costs_the_note_of_the_time_and_not_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's waiting is no queue: a busy service can keep the lock from another process."""
    data = tmp_path / "data"
    data.mkdir()
    kept = Kept(settings_of(data).database)
    reference = kept.send(kept.draft()[1]).reference
    monkeypatch.setattr("intake.database.engine.BUSY_TIMEOUT_MS", 1)
    with db.writing(kept.engine):
        make_backup(settings_of(data), tmp_path / "backup")
    kept.engine.dispose()
    fresh = settings_of(tmp_path / "fresh")
    restore_backup(fresh, tmp_path / "backup")
    assert references(fresh.data) == {reference}


def test_a_backup_holds_what_a_service_needs_and_is_for_its_owner(backup: Path) -> None:
    names = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert names == {"intake.db", "manifest.json", "staff-token", "checklists/own.yaml"}
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    modes = {stat.S_IMODE((backup / name).stat().st_mode) for name in names}
    assert modes == {0o600}
    assert list(backup.parent.iterdir()) == [backup], "nothing half is left"


def test_files_that_the_settings_name_elsewhere_are_told(data: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "ours"
    elsewhere.mkdir()
    settings = Settings(data=data, checklists=elsewhere)
    assert make_backup(settings, tmp_path / "backup").outside == (str(elsewhere),)


def test_nothing_is_overwritten(data: Path, backup: Path) -> None:
    before = (backup / "manifest.json").read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        make_backup(settings_of(data), backup)
    assert (backup / "manifest.json").read_bytes() == before
    with pytest.raises(BackupError, match="in the data folder itself"):
        make_backup(settings_of(data), data / "backups" / "sunday")


def test_a_wrong_data_folder_makes_no_empty_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no database"):
        make_backup(settings_of(tmp_path), tmp_path.parent / "empty-backup")
    assert not (tmp_path / "intake.db").exists()
    assert not (tmp_path.parent / "empty-backup").exists()


def cut_database(backup: Path) -> None:
    path = backup / "intake.db"
    path.write_bytes(path.read_bytes()[:-4096])


def change_a_byte(backup: Path) -> None:
    path = backup / "checklists" / "own.yaml"
    path.write_bytes(b"X" + path.read_bytes()[1:])


def lose_a_file(backup: Path) -> None:
    (backup / "staff-token").unlink()


def lose_the_list(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def cut_the_list(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_bytes(path.read_bytes()[:50])


def in_list(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(backup: Path) -> None:
        path = backup / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))

    return apply


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut_database, "intake.db was changed or damaged"),
        (change_a_byte, "own.yaml was changed or damaged"),
        (lose_a_file, "staff-token is missing"),
        (lose_the_list, "is no backup"),
        (cut_the_list, "can't be understood"),
        (in_list(lambda m: m.update(schema_revision="9999")), "a newer release"),
        (in_list(lambda m: m["files"].update({"../x": m["files"]["staff-token"]})), "outside"),  # type: ignore[attr-defined,index]
        (in_list(lambda m: m.update(format=2)), "can't be understood"),
    ],
)
def test_a_backup_that_cant_be_believed_is_refused(
    own_backup: Path, tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(own_backup)
    with pytest.raises(BackupError, match=said):
        restore_backup(settings_of(tmp_path / "fresh"), own_backup)
    assert not (tmp_path / "fresh").exists()


def test_data_that_is_there_is_put_aside_when_asked_and_never_deleted(
    backup: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    kept = Kept(settings_of(data).database)
    newer = kept.send(kept.draft()[1]).reference
    kept.engine.dispose()
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(settings_of(data), backup)
    assert references(data) == {newer}
    aside = restore_backup(settings_of(data), backup, replace=True).put_aside
    assert aside is not None
    assert newer not in references(data)
    assert references(aside) == {newer}
    assert (data / "checklists" / "own.yaml").read_text() == "checklist: own\n"


def test_nothing_is_restored_under_a_service_that_runs(backup: Path, tmp_path: Path) -> None:
    with data_lock(tmp_path), pytest.raises(BackupError, match="stop it first"):
        restore_backup(settings_of(tmp_path), backup)
    assert not (tmp_path / "intake.db").exists()


def test_a_restore_that_was_interrupted_stops_the_start_until_it_is_made_again(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, moves = tmp_path / "data", []
    data.mkdir()
    (data / "staff-token").write_text("another-token-that-was-there\n")
    move = shutil.move

    def dies(source: Path, target: Path) -> object:
        moves.append(target)
        if len(moves) == 3:
            raise KeyboardInterrupt
        return move(source, target)

    monkeypatch.setattr(shutil, "move", dies)
    with pytest.raises(KeyboardInterrupt):
        restore_backup(settings_of(data), backup, replace=True)
    with pytest.raises(SettingsError, match="interrupted"):
        make_data_folder(data)
    monkeypatch.undo()
    restore_backup(settings_of(data), backup, replace=True)
    make_data_folder(data)
    assert len(references(data)) == 1
    assert (data / "staff-token").read_bytes() == (backup / "staff-token").read_bytes()


def test_a_damaged_database_makes_no_backup(data: Path, tmp_path: Path) -> None:
    broken = tmp_path / "data"
    shutil.copytree(data, broken)
    content = bytearray((broken / "intake.db").read_bytes())
    with sqlite3.connect(broken / "intake.db") as connection:
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_tickets_created_at'"
        ).fetchone()[0]
    size = int.from_bytes(content[16:18], "big")
    content[(root - 1) * size + 8 : (root - 1) * size + 40] = b"\xff" * 32
    (broken / "intake.db").write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        make_backup(settings_of(broken), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.long
def test_a_backup_of_postgresql_holds_a_dump(postgresql_url: str, tmp_path: Path) -> None:
    kept = Kept(postgresql_url)
    kept.send(kept.draft()[1])
    kept.engine.dispose()
    data = tmp_path / "data"
    data.mkdir()
    settings = Settings(data=data, database_url=postgresql_url)  # type: ignore[arg-type]
    manifest = make_backup(settings, tmp_path / "backup")
    assert (manifest.database, manifest.tickets) == ("postgresql", 1)
    assert (tmp_path / "backup" / "intake.dump").read_bytes().startswith(b"PGDMP")
    with pytest.raises(BackupError, match="pg_restore"):
        restore_backup(settings, tmp_path / "backup", replace=True)


def test_a_backup_can_be_read_again(backup: Path) -> None:
    assert read_backup(backup).tickets == 1
