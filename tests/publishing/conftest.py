"""A folder of checklists of its own, with the database that remembers what went live."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from intake.database import migrate, open_database
from intake.publishing import ChecklistFolder, History, LiveChecklists, Publisher, WorkingCopies
from intake.publishing.validate_files import validate_files

SECTION = """\
section: contact
steps:
  - ask: email
    kind: e-mail
    role: contact
    text: {en: "Enter the e-mail for our answer", ru: "Укажите почту, на которую ответить"}
"""
CHECKLIST = """\
checklist: NAME
title: {en: "A title", ru: "Заголовок"}
steps:
  - ask: what
    kind: long-text
    text: {en: "Write what happens", ru: "Напишите, что происходит"}
  - use: sections/contact
ticket:
  subject: "{what}"
  priority:
    - {otherwise: normal}
  queue:
    - {otherwise: hosting}
tests:
  - name: an answer and an address
    answers: {what: "the cart stays empty since 14:20", email: anna@mail.example}
    expect: {asked: [what, email], end: ticket, queue: hosting}
"""


def text_of(name: str) -> str:
    return CHECKLIST.replace("NAME", name)


@dataclass
class Shop:
    """Two checklists that share a section, and everything around them, restartable."""

    data: Path
    engine: Engine
    named: Path | None = None

    @property
    def shipped(self) -> Path:
        return self.data / "shipped"

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.folder = ChecklistFolder(self.named, own=self.data / "own", shipped=self.shipped)
        self.history = History(self.engine)
        self.live = LiveChecklists(self.folder, self.history, validate=validate_files)
        self.live.reload()
        self.copies = WorkingCopies(self.engine)
        self.publisher = Publisher(self.folder, self.live, self.history, self.copies)

    def edit(self, name: str, old: str, new: str) -> None:
        """By hand, in the folder that counts."""
        path = self.folder.path / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def publish(self, name: str, old: str, new: str, note: str = "") -> None:
        opened = self.publisher.open(name)
        assert opened is not None
        assert old in opened.text
        self.publisher.publish(name, opened.text.replace(old, new), note, base=opened.base)

    def title(self, name: str) -> str:
        return self.live[name].title.in_("en")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shipped = tmp_path / "shipped"
    (shipped / "sections").mkdir(parents=True)
    (shipped / "sections" / "contact.yaml").write_text(SECTION, encoding="utf-8")
    for name in ("cart", "mail"):
        (shipped / f"{name}.yaml").write_text(text_of(name), encoding="utf-8")
    engine = open_database(f"sqlite:///{tmp_path}/intake.db")
    migrate(engine)
    return Shop(tmp_path, engine)
