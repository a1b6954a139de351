"""Publishes an author's text as a file if it is valid and the file hasn't changed meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from intake.publishing.folder import ABSENT, DESK, ChecklistFolder, is_shared
from intake.publishing.history import History, Publication, Who
from intake.publishing.live_checklists import LiveChecklists
from intake.publishing.working_copies import WorkingCopies

if TYPE_CHECKING:  # the authoring modules are loaded when an author first needs them
    from intake.publishing.validation import Judgement

_CACHED_JUDGEMENTS = 64  # a page asks for the same one at every rerun


class NotGood(ValueError):  # noqa: N818 - a judgement, not a fault
    """The text has mistakes or its tests fail; nothing was written."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        super().__init__(judgement.why_not)


class ChangedOnDisk(RuntimeError):  # noqa: N818 - a state, not a fault
    """The file isn't the one that the author opened; nothing was written. `theirs` is its text."""

    def __init__(self, name: str, theirs: str) -> None:
        self.theirs = theirs
        super().__init__(f"{name}.yaml has changed since it was opened")


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file as an author sees it: the text to edit, and the `print` of the file it is based on."""

    name: str
    text: str
    base: str
    on_disk: str | None
    revision: str | None  # of the working copy; None if there is none

    @property
    def is_edited(self) -> bool:
        """Whether the text differs from the file."""
        return self.text != (self.on_disk or "")


@dataclass(frozen=True, slots=True)
class Change:
    """A text to be written to a file; `base` is the `print` of the file that it was based on."""

    name: str
    text: str
    base: str


class Publisher:
    """Opens, stores, validates and publishes the files of the folder."""

    def __init__(
        self,
        folder: ChecklistFolder,
        live: LiveChecklists,
        history: History,
        copies: WorkingCopies,
    ) -> None:
        self.folder, self.history = folder, history
        self._live, self._copies = live, copies
        self._judge = lru_cache(maxsize=_CACHED_JUDGEMENTS)(self._judge_uncached)
        self._judge_file = lru_cache(maxsize=_CACHED_JUDGEMENTS)(self._judge_file_uncached)

    def open(self, name: str) -> OpenedFile | None:
        """Return a file with its unpublished edits, or None if there is neither."""
        file, copy = self.folder.read(name), self._copies.get(name)
        on_disk = file.text if file else None
        if copy is not None:
            return OpenedFile(name, copy.text, copy.base, on_disk, copy.revision)
        if file is None:
            return None
        return OpenedFile(name, file.text, file.print, on_disk, None)

    def keep(self, opened: OpenedFile, text: str) -> None:
        """
        Store what an author has typed.

        Raises:
            CopyChanged: it was changed elsewhere meanwhile.
        """
        self._copies.keep(opened.name, text, opened.base, seen=opened.revision)

    def begin(self, name: str, text: str) -> None:
        """
        Begin a new file, not published yet.

        Raises:
            CopyChanged: there is already one of this name.
        """
        self._copies.keep(name, text, ABSENT, seen=None)

    def give_up(self, name: str) -> None:
        """Discard the unpublished edits of a file."""
        self._copies.drop(name)

    def rebase(self, opened: OpenedFile) -> None:
        """
        Accept the file's current content as the base of the author's text, which is kept.

        Raises:
            CopyChanged: the text was changed elsewhere meanwhile.
        """
        file = self.folder.read(opened.name)
        base = file.print if file else ABSENT
        self._copies.keep(opened.name, opened.text, base, seen=opened.revision)

    def edited_files(self) -> list[str]:
        """Return the files with unpublished edits, published before or not."""
        return self._copies.files()

    def has_changed_on_disk(self, opened: OpenedFile) -> bool:
        """Check whether the file on disk has changed since the author opened it."""
        return self._print(opened.name) != opened.base

    def judge(self, name: str, text: str, others: Sequence[tuple[str, str]] = ()) -> Judgement:
        """
        Validate a text as if it were this file, in the folder as it is.

        `others` are the names and texts of files that change together with it.

        Raises:
            NotWritten: the name isn't allowed in the folder.
        """
        return self._judge(name, ((name, text), *sorted(others)), self._fingerprint())

    def judge_file(self, name: str) -> Judgement:
        """Validate a file as it is in the folder."""
        return self._judge_file(name, self._fingerprint())

    def publish(self, name: str, text: str, note: str, *, base: str, who: Who = "studio") -> None:
        """
        Write the file and make it live.

        `base` is the `print` of the file that the text was based on.

        Raises:
            NotGood: the text may not go live.
            ChangedOnDisk: the file has changed meanwhile.
            NotWritten: writing failed.
        """
        self.publish_together([Change(name, text, base)], note, who=who)

    def publish_together(
        self, changes: Sequence[Change], note: str, *, who: Who = "studio"
    ) -> None:
        """
        Write files that depend on each other, and make them live at once.

        Raises:
            NotGood: one of the texts may not go live.
            ChangedOnDisk: one of the files has changed meanwhile.
            NotWritten: writing failed; no file was replaced.
        """
        with self._live.lock:
            for change in changes:
                file = self.folder.read(change.name)
                if (file.print if file else ABSENT) != change.base:
                    raise ChangedOnDisk(change.name, file.text if file else "")
            first, *others = changes
            judgement = self.judge(
                first.name, first.text, [(change.name, change.text) for change in others]
            )
            if not judgement.is_good:
                raise NotGood(judgement)
            self.folder.write_all({change.name: change.text for change in changes})
            # Recorded before the reload, which then records only other checklists that changed.
            for change in changes:
                self._record(judgement, change, note, who)
            from intake.publishing.validate_files import validate_files  # noqa: PLC0415 - see above

            names = ", ".join(change.name for change in changes)
            note = f"{names}: {note}" if note else names
            self._live.reload(who=who, note=note, validate=validate_files)
            # Last, so that after a failure the author's edits are still there.
            for change in changes:
                self._copies.drop(change.name)

    def roll_back(self, publication: Publication, note: str) -> None:
        """
        Publish a file's own text of an earlier version; its sections stay as they are.

        Unpublished edits of the file are dropped only on success.

        Raises:
            NotGood: the text may no longer go live.
            ChangedOnDisk: the file was changed by hand meanwhile.
            NotWritten: writing failed.
        """
        with self._live.lock:
            base = self._print(publication.file)
            self.publish(publication.file, publication.text, note, base=base)

    def _record(self, judgement: Judgement, change: Change, note: str, who: Who) -> None:
        name = change.name
        if is_shared(name):
            version, sources = text_version(change.text), {name: change.text}
            self.history.record(name, version, sources=sources, note=note, who=who)
            return
        checklist = judgement.checklists[name]
        from intake.publishing.dependencies import texts_of  # noqa: PLC0415 - see above

        self.history.record(
            name,
            checklist.version,
            sources=texts_of(self.folder, name),
            note=note,
            who=who,
            checklist=checklist,
        )

    def _print(self, name: str) -> str:
        file = self.folder.read(name)
        return file.print if file else ABSENT

    def _judge_uncached(
        self, name: str, texts: tuple[tuple[str, str], ...], fingerprint: object
    ) -> Judgement:
        del fingerprint  # only a part of the cache's key
        from intake.publishing.validation import judge_texts  # noqa: PLC0415 - see above

        return judge_texts(self.folder, name, dict(texts))

    def _judge_file_uncached(self, name: str, fingerprint: object) -> Judgement:
        del fingerprint  # see above
        from intake.publishing.validation import judge_file  # noqa: PLC0415 - see above

        return judge_file(self.folder.path, name)

    def _fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        """Return every file's time and size, to detect changes in the folder."""
        folder = self.folder.path
        # The first publishing switches to another folder with the same names.
        stamps = [("", hash(folder), 0)]
        for name in (DESK, *self.folder.checklists(), *self.folder.sections()):
            with suppress(FileNotFoundError):  # removed since it was listed
                stat = (folder / f"{name}.yaml").stat()
                stamps.append((name, stat.st_mtime_ns, stat.st_size))
        return tuple(stamps)


def text_version(text: str) -> str:
    """Return the version of a section or of `desk.yaml`, which have no checklist to hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
