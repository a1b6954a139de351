"""The checklists that customers get now, and why other files are not among them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import structlog

from intake.journey.checklist import Checklist
from intake.publishing.folder import ABSENT, DESK, ChecklistFolder
from intake.publishing.history import History, Publication, Who
from intake.publishing.subprocess_validation import validate_in_subprocess
from intake.publishing.verdict import FileVerdict, Validate

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LiveFile:
    """
    A checklist's file: its verdict, and the version that customers get.

    `good` is the file's checklist if it is valid, else its last valid version, else None.
    `taken_by` names another file with the same checklist id, which is served instead; `why_taken`
    is the message about it.
    """

    verdict: FileVerdict
    good: Checklist | None
    taken_by: str | None = None
    why_taken: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.verdict.name

    @property
    def served(self) -> Checklist | None:
        """The version that customers get; None if they don't see this checklist."""
        return None if self.taken_by else self.good

    @property
    def why_not_live(self) -> str:
        """The reasons why the file can't go live, one per line."""
        lines = [self.verdict.why_not] if self.verdict.why_not else []
        if self.taken_by and self.good:
            lines.insert(0, self.why_taken)
        return "\n".join(lines)

    def uses(self, section: str) -> bool:
        """Check whether it uses a section, at any depth."""
        return bool(self.verdict.prints.get(section))

    @property
    def is_live(self) -> bool:
        """Whether customers get the file's current content."""
        return self.verdict.is_good and self.served is not None


@dataclass(frozen=True, slots=True)
class _Now:
    """An immutable snapshot, replaced as a whole, so readers never see a partial change."""

    served: Mapping[str, Checklist]
    files: Mapping[str, LiveFile]


class LiveChecklists(Mapping[str, Checklist]):
    """
    The live checklists by id, readable from any thread.

    A file goes live when it has no mistakes and its tests pass. Until then its last valid version
    stays live, also after a restart, because the history has it. Drafts aren't affected: each keeps
    the version that it began with.
    """

    def __init__(
        self,
        folder: ChecklistFolder,
        history: History,
        *,
        validate: Validate = validate_in_subprocess,
    ) -> None:
        self._folder, self._history, self._validate = folder, history, validate
        self._now = _Now({}, {})
        self._logged: dict[str, tuple[Mapping[str, str], str | None]] = {}
        # Reentrant, because `Publisher.publish` holds it while it calls `reload`.
        self.lock = threading.RLock()  # held by whoever changes the files

    def __getitem__(self, checklist_id: str) -> Checklist:
        return self._now.served[checklist_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now.served)

    def __len__(self) -> int:
        return len(self._now.served)

    @property
    def now(self) -> Mapping[str, Checklist]:
        """The live checklists as a snapshot, which doesn't change."""
        return self._now.served

    @property
    def files(self) -> Mapping[str, LiveFile]:
        """The files of all checklists by name, valid or not."""
        return self._now.files

    def load(self) -> None:
        """Validate the folder before the service is up, without logging or recording anything."""
        with self.lock:
            # Nothing is recorded: a start that fails later, as for a port in use, must not publish.
            files = self._read_files(self._history.newest(), self._validate)
            self._now = _Now(self._assign_ids(files), files)

    def reload(
        self, *, who: Who = "file", note: str = "", validate: Validate | None = None
    ) -> None:
        """
        Validate changed files in the folder, and make the valid ones live.

        `validate` overrides the usual way to validate.
        """
        with self.lock:
            newest = self._history.newest()
            files = self._read_files(newest, validate or self._validate)
            served = self._assign_ids(files)
            if not served and self._now.served:
                # An unfinished checkout or an unmounted disk must not remove all checklists.
                log.error("no checklist is left in the folder; the last ones stay")
                return
            for name, file in files.items():
                if file.is_live:
                    self._note_version(file, newest.get(name), who=who, note=note)
                else:
                    self._log_refusal(file)
            self._now = _Now(served, files)

    def _log_refusal(self, file: LiveFile) -> None:
        """Log once why a file can't go live."""
        state = (file.verdict.prints, file.taken_by)
        if self._logged.get(file.name) == state:
            return
        self._logged[file.name] = state
        log.error(
            "a checklist is not fit to go live",
            file=f"{file.name}.yaml",
            customers_get=file.served.version if file.served else "nothing",
            why=file.why_not_live,
        )

    def _read_files(
        self, newest: Mapping[str, Publication], validate: Validate
    ) -> dict[str, LiveFile]:
        """Return every file of the folder; only unknown or changed ones are validated."""
        names = self._folder.checklists()
        known = {name: self._unchanged_file(name, newest.get(name)) for name in names}
        unknown = [name for name, file in known.items() if file is None]
        files = {name: file for name, file in known.items() if file is not None}
        for verdict in validate(self._folder.path, unknown) if unknown else ():
            files[verdict.name] = self._live_file(verdict)
        return {name: files[name] for name in names if name in files}

    def _unchanged_file(self, name: str, last: Publication | None) -> LiveFile | None:
        """Return the file's earlier result if neither it nor a section of it has changed."""
        before = self._now.files.get(name)
        if before is not None and self._has_prints(before.verdict.prints):
            return before
        # After a start there are no earlier results; the history has the validated texts.
        checklist = last.checklist if last is not None else None
        if last is None or checklist is None:
            return None
        # A `desk.yaml` added since is a change too.
        names = {DESK, *last.sources}
        sources = {source_name: self._folder.read(source_name) for source_name in names}
        prints = {
            source_name: source.print if source else ABSENT
            for source_name, source in sources.items()
        }
        is_same = all(
            (source.text if source else None) == last.sources.get(source_name)
            for source_name, source in sources.items()
        )
        return LiveFile(FileVerdict(name, prints, checklist), checklist) if is_same else None

    def _has_prints(self, prints: Mapping[str, str]) -> bool:
        files = ((self._folder.read(name), expected) for name, expected in prints.items())
        return all((file.print if file else ABSENT) == expected for file, expected in files)

    def _live_file(self, verdict: FileVerdict) -> LiveFile:
        if verdict.is_good:
            return LiveFile(verdict, verdict.checklist)
        before = self._now.files.get(verdict.name)
        last = before.good if before else self._history.last_good(verdict.name)
        return LiveFile(verdict, last)

    def _assign_ids(self, files: dict[str, LiveFile]) -> dict[str, Checklist]:
        """Choose a file for each id: the one that already serves it, else the first by name."""
        holders = {name for name, file in self._now.files.items() if file.served}
        served: dict[str, Checklist] = {}
        owner: dict[str, str] = {}
        for name in sorted(files, key=lambda name: (name not in holders, name)):
            good = files[name].good
            if good is None:
                continue
            holder = owner.setdefault(good.id, name)
            is_taken = holder != name
            files[name] = replace(
                files[name],
                taken_by=holder if is_taken else None,
                why_taken=self._why_taken(name, holder, good.id) if is_taken else "",
            )
            served.setdefault(good.id, good)
        return {checklist_id: served[checklist_id] for checklist_id in sorted(served)}

    def _why_taken(self, name: str, holder: str, checklist_id: str) -> str:
        from intake.publishing.id_taken import why_taken  # noqa: PLC0415 - seldom, and slow

        return why_taken(self._folder, name, holder, checklist_id)

    def _note_version(
        self, file: LiveFile, last: Publication | None, *, who: Who, note: str
    ) -> None:
        checklist = file.served
        if checklist is None or (last is not None and last.version == checklist.version):
            return
        sources = {name: self._folder.read(name) for name in file.verdict.prints}
        prints = {name: source.print if source else ABSENT for name, source in sources.items()}
        # The files changed after the validation: these texts aren't those of the version. That
        # change triggers another reload, which validates and records them.
        if prints != file.verdict.prints:
            return
        self._history.record(
            file.name,
            checklist.version,
            sources={name: source.text for name, source in sources.items() if source is not None},
            note=note,
            who=who,
            checklist=checklist,
        )
        if last is not None:  # the first start has no news
            log.info("checklist live", checklist=checklist.id, version=checklist.version, who=who)
