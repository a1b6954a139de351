"""What the parts of the page share about the file that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics.texts import Language
from intake.authoring.syntax.step_locations import StepLocation
from intake.bootstrap import services
from intake.journey import Checklist
from intake.publishing import Change, Opened
from intake.publishing.validation import Judgement
from intake.ui.markdown_escape import escape_markdown
from intake.ui.texts import words


@dataclass(frozen=True, slots=True)
class OpenFile:
    """
    A file as its author sees it: the text on screen and what is to be said of it.

    `clashes`: another tab has stored another text, and the author hasn't chosen yet.
    `companions`: other files that the author publishes together with it, as they are kept.
    `is_first`: this page draws the text for the first time, and its widget may know better: what
    was typed while the server was away.
    """

    stored: Opened
    text: str
    judgement: Judgement
    clashes: bool = False
    is_first: bool = False
    companions: Mapping[str, Opened] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.stored.name

    @property
    def has_moved(self) -> bool:
        """Whether the file on disk is another one than the author opened."""
        return services().publisher.has_moved(self.stored)

    @property
    def is_edited(self) -> bool:
        """Whether anything of it, or of what goes with it, is not live yet."""
        return any(file.is_edited for file in (self.stored, *self.companions.values()))

    @property
    def changes(self) -> list[Change]:
        """What would be published: this text, and of the others what differs from its file."""
        others = [file for file in self.companions.values() if file.is_edited]
        return [
            Change(self.name, self.text, self.stored.base),
            *(Change(file.name, file.text, file.base) for file in others),
        ]

    def judge(self, text: str) -> Judgement:
        """Judge another text as this file, beside what goes with it."""
        return services().publisher.judge(self.name, text, texts_of(self.companions))

    @property
    def checklist(self) -> Checklist | None:
        """What can be walked: none while there are mistakes."""
        return None if self.judgement.errors else self.judgement.checklist

    def why_not_walked(self, language: Language) -> str:
        """What to say where there is no checklist to walk."""
        if self.judgement.errors:
            return words("studio_after_mistakes", language)
        return words("studio_unused_section", language, name=escape_markdown(self.name))

    @property
    def outline(self) -> tuple[StepLocation, ...]:
        """Where the steps of that checklist stand."""
        outlines = self.judgement.outlines
        return outlines.get(self.name) or next(iter(outlines.values()), ())

    def text_of(self, name: str) -> str:
        """The text of a file of the folder as its author sees it: kept, where it goes with this."""
        if name == self.name:
            return self.text
        if name in self.companions:
            return self.companions[name].text
        file = services().publisher.folder.read(name)
        return file.text if file else ""

    @property
    def live_text(self) -> str:
        """The text that customers get: the file's where it is good, else the last good one."""
        file = services().checklists.files.get(self.name)
        if file is None or file.is_live:
            return self.stored.on_disk or ""
        newest = services().publisher.history.newest().get(self.name)
        return newest.text if newest else ""


def texts_of(files: Mapping[str, Opened]) -> list[tuple[str, str]]:
    """The names and texts of files, as a judgement takes them."""
    return [(name, file.text) for name, file in files.items()]
