"""The checklists that customers get now, and what keeps a file from being one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import structlog

from intake.authoring.problems import Problem
from intake.journey.checklist import Checklist
from intake.publishing.dependencies import sources_of
from intake.publishing.folder import ChecklistFolder, SourceFile
from intake.publishing.history import History, Publication, Who
from intake.publishing.validation import Judgement, id_taken, judge_file

log = structlog.get_logger(__name__)
Prints = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LiveFile:
    """
    A checklist's file: what was judged of it, and the version that customers get of it.

    `good` is what the file says when that is good, else its last good version, else None.
    `taken_by` names another file that is the same checklist, and serves it.
    """

    name: str
    judgement: Judgement
    prints: Prints
    good: Checklist | None
    taken_by: str | None = None

    @property
    def served(self) -> Checklist | None:
        """The version that customers get; None: they don't see this checklist at all."""
        return None if self.taken_by else self.good

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file, its name among the others included."""
        if self.taken_by is None or self.good is None:
            return self.judgement.problems
        return (id_taken(self.name, self.good.id), *self.judgement.problems)

    def told(self) -> str:
        """Everything that keeps it from going live, a line each."""
        taken = [str(each) for each in self.problems[:1]] if self.taken_by else []
        return "\n".join([*taken, *filter(None, [self.judgement.told()])])

    def uses(self, section: str) -> bool:
        """Whether a section stands in it, at any depth."""
        return any(name == section for name, _ in self.prints)

    @property
    def is_live(self) -> bool:
        """Whether customers get what the file says."""
        return self.judgement.is_good and self.served is not None


@dataclass(frozen=True, slots=True)
class _Now:
    """One moment: replaced as a whole, so a reader never sees half a change."""

    served: Mapping[str, Checklist]
    files: Mapping[str, LiveFile]


class LiveChecklists(Mapping[str, Checklist]):
    """
    The live checklists by id, to be read from any thread.

    A file goes live when it has no mistakes and its tests pass. Until then its last good version
    stays, also over a restart, for the history knows it. Drafts aren't concerned: each keeps the
    version that it began with.
    """

    def __init__(self, folder: ChecklistFolder, history: History) -> None:
        self._folder, self._history = folder, history
        self._now = _Now({}, {})
        self._told: dict[str, tuple[Prints, str | None]] = {}
        self.lock = threading.RLock()  # held by whoever changes the files

    def __getitem__(self, checklist_id: str) -> Checklist:
        return self._now.served[checklist_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now.served)

    def __len__(self) -> int:
        return len(self._now.served)

    @property
    def now(self) -> Mapping[str, Checklist]:
        """What is live at this moment; it doesn't change under the reader."""
        return self._now.served

    @property
    def files(self) -> Mapping[str, LiveFile]:
        """Every checklist's file by name, good or not."""
        return self._now.files

    def load(self) -> None:
        """Before the service is up: judge the folder, and say and remember nothing."""
        with self.lock:
            files = {name: self._look_at(name) for name in self._folder.checklists()}
            self._now = _Now(self._settle(files), files)

    def reload(self, *, who: Who = "file", note: str = "") -> None:
        """Judge what has changed in the folder, and let the good ones go live."""
        with self.lock:
            newest = self._history.newest()
            files = {name: self._look_at(name) for name in self._folder.checklists()}
            served = self._settle(files)
            if not served and self._now.served:
                log.error("no checklist is left in the folder; the last ones stay")
                return
            for name, file in files.items():
                if file.is_live:
                    self._note_version(file, newest.get(name), who=who, note=note)
                else:
                    self._tell(file)
            self._now = _Now(served, files)

    def _tell(self, file: LiveFile) -> None:
        """Say once what keeps a file from going live."""
        told = (file.prints, file.taken_by)
        if self._told.get(file.name) == told:
            return
        self._told[file.name] = told
        log.error(
            "a checklist is not fit to go live",
            file=f"{file.name}.yaml",
            customers_get=file.served.version if file.served else "nothing",
            why=file.told(),
        )

    def _look_at(self, name: str) -> LiveFile:
        sources = sources_of(self._folder, name)
        prints = _prints(sources)
        before = self._now.files.get(name)
        if before is not None and before.prints == prints:
            return before
        judgement = judge_file(self._folder.path, name)
        if prints != _prints(sources_of(self._folder, name)):
            return self._look_at(name)  # it was written to while we read it
        file = LiveFile(name, judgement, prints, judgement.checklists.get(name))
        return file if judgement.is_good else self._fall_back(file, before)

    def _fall_back(self, file: LiveFile, before: LiveFile | None) -> LiveFile:
        last = before.good if before else self._history.last_good(file.name)
        return replace(file, good=last)

    def _settle(self, files: dict[str, LiveFile]) -> dict[str, Checklist]:
        """One file an id: the one that serves it already, else the first by name."""
        holders = {name for name, file in self._now.files.items() if file.served}
        served: dict[str, Checklist] = {}
        owner: dict[str, str] = {}
        for name in sorted(files, key=lambda name: (name not in holders, name)):
            good = files[name].good
            if good is None:
                continue
            holder = owner.setdefault(good.id, name)
            files[name] = replace(files[name], taken_by=None if holder == name else holder)
            served.setdefault(good.id, good)
        return {each: served[each] for each in sorted(served)}

    def _note_version(
        self, file: LiveFile, last: Publication | None, *, who: Who, note: str
    ) -> None:
        checklist = file.served
        if checklist is None or (last is not None and last.version == checklist.version):
            return
        sources = sources_of(self._folder, file.name)
        self._history.record(
            file.name,
            checklist.version,
            sources={name: source.text for name, source in sources.items()},
            note=note,
            who=who,
            checklist=checklist,
        )
        if last is not None:  # the first start has no news
            log.info("checklist live", checklist=checklist.id, version=checklist.version, who=who)


def _prints(sources: Mapping[str, SourceFile]) -> Prints:
    return frozenset((name, source.print) for name, source in sources.items())
