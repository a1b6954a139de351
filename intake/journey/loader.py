"""Reads a checklist's YAML into a `Checklist`, or says every mistake in it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from intake.journey import outline
from intake.journey.checklist import Checklist
from intake.journey.lint import lint
from intake.journey.model import Head, SectionHead
from intake.journey.problems import ChecklistErrors, Problem, closest, did_you_mean
from intake.journey.schema_words import explain
from intake.journey.sections import filled_in, misgiven
from intake.journey.sheet import Entry, Sheet
from intake.journey.steps import STEP_MODELS, End, Step, Use
from intake.journey.yaml_nodes import MAX_BYTES, Node, Place, read_yaml

MAX_STEPS: Final = 300
_MAX_SECTIONS_DEEP: Final = 4


@dataclass(frozen=True, slots=True)
class Examined:
    """
    What a file turned out to be: a checklist unless there are errors; warnings either way.

    `outline` tells where its steps stand.
    """

    checklist: Checklist | None
    problems: tuple[Problem, ...]
    outline: tuple[outline.Place, ...] = ()


def shipped_folder() -> Path:
    """
    The folder of the shipped checklists: in the package, or beside it in a working copy.

    Raises:
        FileNotFoundError: there is neither.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "checklists", package.parent / "checklists"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"No folder 'checklists' in {package} or beside it; reinstall Intake")


def find_file(path_or_name: str | Path, *, folder: Path | None = None) -> Path:
    """
    The file of a path, or of a checklist's name in a folder (the shipped ones by default).

    Raises:
        ChecklistErrors: there is no such file.
    """
    path = Path(path_or_name)
    if path.is_file():
        return path
    within = folder or shipped_folder()
    name = path.name.removesuffix(".yaml")
    named = within / f"{name}.yaml"
    if path.name == str(path) and named.is_file():
        return named
    names = [each.stem for each in checklist_files(within)]
    message = f"there is no file or checklist '{path}'{did_you_mean(name, names)}"
    raise ChecklistErrors(
        [Problem(str(path), 1, 1, "error", "no-file", message, closest(name, names))]
    )


def checklist_files(folder: Path) -> list[Path]:
    """The checklists of a folder, by name; its sections are not among them."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file())


def load_checklist(path_or_name: str | Path) -> Checklist:
    """
    The checklist of a file, or the shipped one of that name.

    Raises:
        ChecklistErrors: the file has mistakes; every one is in it.
    """
    return _or_raise(examine_file(find_file(path_or_name)))


def load_text(text: str, *, file: str = "checklist.yaml", folder: Path | None = None) -> Checklist:
    """
    The checklist of a text; `folder` is where its sections lie (the shipped ones by default).

    Raises:
        ChecklistErrors: the text has mistakes; every one is in it.
    """
    return _or_raise(examine_text(text, file=file, folder=folder))


def load_folder(folder: Path | None = None) -> dict[str, Checklist]:
    """
    Every checklist of a folder by its id (sections excluded); the shipped ones by default.

    Raises:
        ChecklistErrors: at least one file has mistakes; those of every file are in it.
    """
    loaded: dict[str, Checklist] = {}
    problems: list[Problem] = []
    for path in checklist_files(folder or shipped_folder()):
        examined = examine_file(path)
        problems.extend(examined.problems)
        checklist = examined.checklist
        if checklist is None:
            continue
        if checklist.id in loaded:
            problems.append(
                Problem(
                    str(path),
                    1,
                    1,
                    "error",
                    "checklist-twice",
                    f"another file here is the checklist '{checklist.id}' too; rename one of them",
                )
            )
        loaded[checklist.id] = checklist
    if any(problem.severity == "error" for problem in problems):
        raise ChecklistErrors(problems)
    return loaded


def _or_raise(examined: Examined) -> Checklist:
    if examined.checklist is None:
        raise ChecklistErrors(examined.problems)
    return examined.checklist


def examine_file(path: Path) -> Examined:
    """A file's checklist and everything there is to say about it; never raises for its content."""
    text = _read_text(path)
    if isinstance(text, Problem):
        return Examined(None, (text,))
    return examine_text(text, file=str(path), folder=path.parent)


def examine_text(
    text: str, *, file: str = "checklist.yaml", folder: Path | None = None
) -> Examined:
    """A text's checklist and everything there is to say about it; never raises for its content."""
    reader = _Reader(folder)
    checklist = reader.read(text, file)
    unique = dict.fromkeys(reader.problems)
    problems = tuple(sorted(unique, key=lambda each: (each.file, each.line, each.column)))
    failed = any(problem.severity == "error" for problem in problems)
    return Examined(None if failed else checklist, problems, outline.outline_of(reader.entries))


def _read_text(path: Path) -> str | Problem:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "this file is not in UTF-8 from this line on; save it as UTF-8"
        return Problem(str(path), line, 1, "error", "encoding", message)
    except OSError as error:
        message = f"this file can't be read: {error.strerror or error}"
        return Problem(str(path), 1, 1, "error", "no-file", message)


class _Reader:
    """Reads one checklist with its sections; keeps every problem on the way."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.problems: list[Problem] = []
        self.entries: list[Entry] = []
        self._is_full = False

    def read(self, text: str, file: str) -> Checklist | None:
        root = self._parse(text, file)
        if root is None:
            return None
        if "section" in root.keys and "checklist" not in root.keys:
            self._read_section_alone(root, file)
            return None
        head = self._model(Head, root, file, "a checklist", without="steps")
        self._read_steps(root, file, (), ())
        if not self.entries:
            return None
        sheet = Sheet(file, root, head if isinstance(head, Head) else None, tuple(self.entries))
        self.problems.extend(lint(sheet))
        if any(problem.severity == "error" for problem in self.problems):
            return None
        steps = tuple(entry.step for entry in self.entries if entry.step is not None)
        return Checklist(head, steps) if isinstance(head, Head) else None

    def _read_section_alone(self, root: Node, file: str) -> None:
        """A section by itself: its steps are read, its references can't be."""
        self._model(SectionHead, root, file, "a section", without="steps")
        self._read_steps(root, file, (), ())
        if not self.problems:
            self._say(
                file,
                root.keys["section"],
                "section-alone",
                "this is a section; it is proven where a checklist uses it",
                severity="warning",
            )

    def _say(  # noqa: PLR0913  what a problem consists of
        self,
        file: str,
        place: Place,
        code: str,
        message: str,
        suggestion: str | None = None,
        *,
        severity: Any = "error",  # noqa: ANN401  one of two words
    ) -> None:
        self.problems.append(
            Problem(
                file, place.line, place.column, severity, code, message, suggestion, place.length
            )
        )

    def _parse(self, text: str, file: str) -> Node | None:
        root, problems = read_yaml(text, file=file)
        self.problems.extend(problems)
        if problems and root is None:
            return None
        if root is None or not isinstance(root.value, dict):
            place = root.place if root else Place(1, 1)
            self._say(
                file,
                place,
                "not-a-checklist",
                "a checklist begins with 'checklist: its-name', then title, steps and ticket",
            )
            return None
        return root

    def _model(
        self, model: type[Any], node: Node, file: str, what: str, *, without: str = ""
    ) -> object:
        """The model of a node, or None with every mistake reported."""
        raw = node.plain()
        if without:
            raw.pop(without, None)
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for found in explain(error, model, what):
                place = node.find(found.path, on_key=found.on_key)
                self._say(file, place, found.code, found.message, found.suggestion)
            return None

    # Steps

    def _read_steps(
        self, root: Node, file: str, conditions: tuple[Any, ...], sections: tuple[str, ...]
    ) -> None:
        steps = root.get("steps")
        if steps is None or not isinstance(steps.value, list) or not steps.value:
            place = steps.place if steps else root.place
            self._say(
                file,
                place,
                "no-steps",
                "'steps:' is a list of steps, each begun with '- '; add one",
            )
            return
        for node in steps.listed():
            self._read_step(node, file, conditions, sections)

    def _read_step(
        self, node: Node, file: str, conditions: tuple[Any, ...], sections: tuple[str, ...]
    ) -> None:
        if len(self.entries) >= MAX_STEPS:
            if not self._is_full:
                self._is_full = True
                message = f"more than {MAX_STEPS} steps with the sections; split the checklist"
                self._say(file, node.place, "too-many-steps", message)
            return
        word = self._word(node, file)
        if word is None:
            return
        step = self._model(STEP_MODELS[word], node, file, _a_step(word))
        if isinstance(step, Use):
            self.entries.append(Entry(file, node, word, step.use, None))
            own = (step.show_if,) if step.show_if is not None else ()
            self._read_section(step, node, file, conditions + own, sections)
            return
        named = node.get(word)
        name = str(named.value) if named and isinstance(named.value, str) else ""
        if isinstance(step, End):
            name = step.id
        joined = _joined(step, conditions) if step is not None else None
        self.entries.append(Entry(file, node, word, name, joined))

    def _word(self, node: Node, file: str) -> str | None:
        """The word that a step begins with; it says what the step is."""
        words = list(STEP_MODELS)
        if not isinstance(node.value, dict):
            self._say(
                file,
                node.place,
                "step-shape",
                f"a step begins with one of {_or(words)}, a colon and its name",
            )
            return None
        found = [word for word in words if word in node.keys]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"this step is both '{found[0]}' and '{found[1]}'; make two steps of it"
            self._say(file, node.keys[found[1]], "step-both", message)
            return None
        first = next(iter(node.keys), "")
        near = closest(first, words)
        hint = f"; did you mean '{near}' instead of '{first}'?" if near else ""
        place = node.keys.get(first, node.place)
        self._say(file, place, "step-word", f"a step begins with one of {_or(words)}{hint}", near)
        return None

    def _read_section(
        self,
        use: Use,
        node: Node,
        file: str,
        conditions: tuple[Any, ...],
        sections: tuple[str, ...],
    ) -> None:
        place = node.find(("use",))
        if use.use in sections or len(sections) >= _MAX_SECTIONS_DEEP:
            message = f"the section '{use.use}' uses itself on the way; take one 'use' out"
            self._say(file, place, "section-circle", message)
            return
        path = self._section_path(use.use, file, place)
        if path is None:
            return
        text = _read_text(path)
        if isinstance(text, Problem):
            self.problems.append(text)
            return
        root = self._parse(text, str(path))
        if root is None:
            return
        head = self._model(SectionHead, root, str(path), "a section", without="steps")
        if isinstance(head, SectionHead):
            for problem in misgiven(use, head, node, file):
                self.problems.append(problem)
            root = filled_in(root, head.takes | use.with_)
        self._read_steps(root, str(path), conditions, (*sections, use.use))

    def _section_path(self, name: str, file: str, place: Place) -> Path | None:
        """The file of a section; None when there is none, which is said."""
        folder = self._folder or shipped_folder()
        path = folder / f"{name}.yaml"
        if path.is_file():
            return path
        known = sorted(
            each.relative_to(folder).with_suffix("").as_posix() for each in folder.glob("*/*.yaml")
        )
        near = closest(name.rpartition("/")[2], [each.rpartition("/")[2] for each in known])
        meant = next((each for each in known if each.rpartition("/")[2] == near), None)
        hint = f"; did you mean '{meant}'?" if meant else f"; there is {', '.join(known[:12])}"
        message = f"there is no section '{name}'{hint if known else ''}"
        self._say(file, place, "no-section", message, meant)
        return None


def _joined(step: object, conditions: tuple[Any, ...]) -> Step:
    """A section's step under the conditions of its `use` as well."""
    known: Step = step  # type: ignore[assignment]
    if not conditions:
        return known
    every = [*conditions, *([known.show_if] if known.show_if is not None else [])]
    return known.model_copy(update={"show_if": every[0] if len(every) == 1 else {"all": every}})


def _a_step(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} '{word}' step"


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
