"""The open file, shared by the parts of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics.texts import Language
from intake.authoring.syntax.step_locations import StepLocation
from intake.bootstrap import services
from intake.journey import Checklist
from intake.publishing import Change, OpenedFile
from intake.publishing.validation import Judgement
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words


@dataclass(frozen=True, slots=True)
class OpenFile:
    """
    A file as its author sees it: the text on screen and its judgement.

    `clashes`: another tab has stored another text, and the author hasn't chosen yet.
    `companions`: other files to publish together with it, with their unpublished text.
    `is_first`: this page draws the text for the first time, and the widget's state may be newer:
    typed while the server was away.
    """

    stored: OpenedFile
    text: str
    judgement: Judgement
    clashes: bool = False
    is_first: bool = False
    companions: Mapping[str, OpenedFile] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.stored.name

    @property
    def has_changed_on_disk(self) -> bool:
        """Whether the file on disk has changed since the author opened it."""
        return services().publisher.has_changed_on_disk(self.stored)

    @property
    def is_edited(self) -> bool:
        """Whether it or a companion has unpublished changes."""
        return any(file.is_edited for file in (self.stored, *self.companions.values()))

    @property
    def changes(self) -> list[Change]:
        """The changes to publish: this text, and the edited companions."""
        others = [file for file in self.companions.values() if file.is_edited]
        return [
            Change(self.name, self.text, self.stored.base),
            *(Change(file.name, file.text, file.base) for file in others),
        ]

    def judge(self, text: str) -> Judgement:
        """Judge another text as this file, together with its companions."""
        return services().publisher.judge(self.name, text, texts_of(self.companions))

    @property
    def checklist(self) -> Checklist | None:
        """The checklist to preview; None while there are mistakes."""
        return None if self.judgement.errors else self.judgement.checklist

    def reason_without_checklist(self, language: Language) -> str:
        """Return why there is no checklist to preview."""
        if self.judgement.errors:
            return words("studio_after_mistakes", language)
        return words("studio_unused_section", language, name=escape_markdown(self.name))

    @property
    def outline(self) -> tuple[StepLocation, ...]:
        """The locations of the checklist's steps."""
        outlines = self.judgement.outlines
        return outlines.get(self.name) or next(iter(outlines.values()), ())

    def text_of(self, name: str) -> str:
        """Return the text of a file as its author sees it: unpublished for companions."""
        if name == self.name:
            return self.text
        if name in self.companions:
            return self.companions[name].text
        file = services().publisher.folder.read(name)
        return file.text if file else ""

    @property
    def live_text(self) -> str:
        """The text that customers get: the file's if it is valid, else the last valid one."""
        file = services().checklists.files.get(self.name)
        if file is None or file.is_live:
            return self.stored.on_disk or ""
        newest = services().publisher.history.newest().get(self.name)
        return newest.text if newest else ""


def texts_of(files: Mapping[str, OpenedFile]) -> list[tuple[str, str]]:
    """Return the names and texts of files, as a judgement takes them."""
    return [(name, file.text) for name, file in files.items()]
