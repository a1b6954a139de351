"""Assembles a checklist from its text: reads every step, and inserts the steps of sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from intake.authoring.consequences import without_consequences
from intake.authoring.messages import Listed, Phrase, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Place, Problem
from intake.authoring.syntax import sections as reused
from intake.authoring.syntax.model_errors import explain
from intake.authoring.syntax.named_conditions import with_conditions_expanded
from intake.authoring.syntax.nesting import MovedKeys, join_steps, lift_keys, nest_keys, steps_of
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, Used
from intake.authoring.syntax.shared_texts import parse_shared
from intake.authoring.syntax.step_words import words_of_first_key
from intake.authoring.syntax.text_file import read_text
from intake.authoring.syntax.yaml_mistakes import BEGIN_MISSING, DOUBLES, joined_doubles
from intake.authoring.syntax.yaml_nodes import Node
from intake.authoring.syntax.yaml_reader import ParsedYaml, parse_yaml
from intake.authoring.syntax.yaml_repair.line_edits import (
    Edit,
    apply,
    repair_dash,
    repair_no_dash,
    repair_space,
)
from intake.journey.model import Head, SectionHead
from intake.journey.steps import STEP_MODELS, End, Use

MAX_STEPS: Final = 300
_MAX_SECTIONS_DEEP: Final = 4


class Assembly:
    """
    Reads one checklist with its sections, and collects every problem.

    `is_section`: the text is a section rather than a checklist; `is_whole`: every step was read, so
    a name that isn't among them doesn't exist; `files`: the files of the sections that it uses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._repaired_lines: set[tuple[str, int]] = set()
        self._is_full = False
        self._lines: dict[str, tuple[str, ...]] = {}
        self._used: Used | None = None
        self._given: list[reused.SectionValue] = []
        self._uses: dict[tuple[str, str, str], int] = {}
        self.is_section = False
        self.is_whole = True
        self.files: set[str] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem once, without mere consequences, sorted by file, line and column."""
        problems = reused.moved_to_their_use(self._problems, self._given)
        unique = dict.fromkeys(without_consequences(tuple(problems)))
        return tuple(sorted(unique, key=attrgetter("file", "line", "column")))

    def read(self, text: str, file: str) -> ParsedFile | None:
        """Read a text; return its parsed form, or None if there is nothing to lint."""
        root, is_cut = self._parse(text, file)
        if root is None:
            return None
        if (begun := reused.begun_as_section(root)) is not None:
            self._report(file, *begun)
        self.is_section = "section" in root.keys and "checklist" not in root.keys
        if self.is_section:
            self._read_section_alone(root, file)
            return None
        if is_cut:
            # The rest of the file wasn't read, so nothing in it may be reported as missing.
            if (steps := root.get("steps")) is not None and steps.value is not None:
                self._read_steps(root, file, (), ())
            return None
        head = self._model(Head, root, file, phrase("the-checklist"))
        self._read_steps(root, file, (), ())
        whole = head if isinstance(head, Head) else None
        parsed = ParsedFile(file, root, whole, tuple(self.entries), self.is_whole)
        return with_conditions_expanded(parsed) if self.entries else None

    def _read_section_alone(self, root: Node, file: str) -> None:
        """Read a section's file alone: its steps, but not its references to other steps."""
        head = self._model(SectionHead, root, file, phrase("the-section"))
        if isinstance(head, SectionHead):
            self.add(reused.mistakes_of_head(head, root, file, self._lines[file]))
            names = {name: usual or name for name, usual in head.takes.items()}
            root = reused.filled_in(root, names)
        self._read_steps(root, file, (), ())

    # What is wrong

    def _report(self, file: str, at: Place, words: Phrase, suggestion: str | None = None) -> None:
        self.add([Problem.at(file, at, words, suggestion)])

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems, except those on lines that the YAML reader repaired and reported."""
        self._problems += [p for p in problems if (p.file, p.line) not in self._repaired_lines]

    def _parse(
        self, text: str, file: str, read: Callable[..., ParsedYaml] = parse_yaml
    ) -> tuple[Node | None, bool]:
        """Return the tree of a text, and whether reading stopped before its end."""
        source = read(text, file=file)
        root, judged = source.root, source.repaired_lines | source.unknown_lines
        self._lines[file] = tuple(text.splitlines())
        self._problems += (problems := joined_doubles(source.problems))
        self.is_whole = self.is_whole and not any(p.code == BEGIN_MISSING for p in problems)
        self._repaired_lines |= {(file, line) for line in judged}
        if root is not None and isinstance(root.value, dict):
            return root, source.is_cut
        if not source.is_cut:
            is_section = Path(file).parent.name == "sections"
            words = phrase("not-a-section") if is_section else phrase("not-a-checklist")
            self._report(file, root.place if root else Place(1, 1), words)
        return None, source.is_cut

    def _model(self, model: type[BaseModel], node: Node, file: str, of: Phrase) -> object:
        """Return the model of a node; on mistakes, report all of them and return None."""
        lifted = lift_keys(node) if model is Head else ()
        self.add(Problem.at(file, moved.place, moved.words) for moved in lifted)
        for moved in nest_keys(node, model):
            self._report(file, moved.place, moved.words, self._corrected_lines(moved, file))
        raw = node.plain()
        if issubclass(model, Head | SectionHead):
            raw.pop("steps", None)
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for mistake in explain(error, model, of, node.keys):
                at = node.find(mistake.path, on_key=mistake.on_key)
                self._report(file, at, mistake.words, mistake.suggestion)
        return None

    # Steps

    def _read_steps(
        self, root: Node, file: str, conditions: tuple[Any, ...], sections: tuple[str, ...]
    ) -> None:
        steps = steps_of(root)
        if steps is not None and (nodes := steps.listed()):
            for moved in join_steps(nodes):
                self._report(file, moved.place, moved.words, self._corrected_lines(moved, file))
            for node in nodes:
                self._read_step(node, file, conditions, sections)
            return
        word = next((key for key in (steps.keys if steps else ()) if key in STEP_MODELS), None)
        if steps is None or word is None:
            name = next(iter(steps.keys), "") if steps else ""
            words = phrase("steps-by-name", name=name) if name else phrase("no-steps")
            self._report(file, steps.place if steps else root.place, words)
            return
        # Steps without dashes are read as one mapping, so most keys are duplicates: one cause.
        doubled = [p for p in self._problems if p.code in DOUBLES and p.file == file]
        self._problems = [p for p in self._problems if p not in doubled]  # steps without dashes
        place = steps.keys[word]
        self._report(
            file, place, phrase("no-dash", word=word), self._repaired_at(place, file, repair_dash)
        )

    def _read_step(
        self, node: Node, file: str, conditions: tuple[Any, ...], sections: tuple[str, ...]
    ) -> None:
        if len(self.entries) >= MAX_STEPS:
            if not self._is_full:
                self._is_full = True
                self._report(file, node.place, phrase("too-many-steps", limit=MAX_STEPS))
            return
        if (word := self._word(node, file)) is None:
            self.is_whole = False
            return
        step = self._model(STEP_MODELS[word], node, file, phrase("the-step", word=word))
        if isinstance(step, Use):
            self.entries.append(Entry(file, node, word, step.use, None))
            own = (step.show_if,) if step.show_if is not None else ()
            outermost, condition = self._used, node.find(("show-if",)) if own else None
            self._used = outermost or Used(node.find(("use",)), step.use, file, condition)
            self._read_section(step, node, file, conditions + own, sections)
            self._used = outermost
            return
        self.is_whole = self.is_whole and word != "use"
        named = node.get(word)
        name = str(named.value) if named and isinstance(named.value, str) else ""
        name = step.id if isinstance(step, End) else name
        under = reused.joined(step, conditions) if step is not None else None
        self.entries.append(Entry(file, node, word, name, under, self._used))

    def _word(self, node: Node, file: str) -> str | None:
        """Return the word that tells the kind of a step, such as `ask`; None with it reported."""
        words = Listed(tuple(STEP_MODELS), "or")
        if not isinstance(node.value, dict):
            # Often only a space is missing.
            line = self._repaired_at(node.place, file, repair_space)
            shape = phrase("no-space", mark=":") if line else phrase("step-shape", listed=words)
            self._report(file, node.place, shape, line)
            return None
        present = [key for key in node.keys if key in STEP_MODELS]
        if len(present) == 1:
            return present[0]
        if present:
            self._report(
                file, node.keys[present[1]], phrase("step-both", one=present[0], other=present[1])
            )
            return None
        first = next(iter(node.keys), "")
        place = node.keys.get(first, node.place)
        self._report(file, place, *words_of_first_key(node, words))
        return None

    def _repaired_at(
        self, place: Place, file: str, repair: Callable[[str], Edit | None]
    ) -> str | None:
        """Return a line of a file after a repair, or None if the repair doesn't apply."""
        lines = self._lines[file]
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        edit = repair(line)
        return apply(line, [edit]) if edit is not None else None

    def _corrected_lines(self, moved: MovedKeys, file: str) -> str | None:
        """Return the corrected lines: without their dash, or indented by two more spaces."""
        if moved.is_dash:
            return self._repaired_at(moved.place, file, repair_no_dash)
        column, lines = moved.place.column - 1, self._lines[file][moved.place.line - 1 :]
        known = tuple(f"{key}:" for key in moved.keys)
        ours = takewhile(
            lambda line: line.startswith(known, column) or line[: column + 1].isspace(), lines
        )
        return "\n".join(f"  {line}" for line in ours) or None

    def _read_section(
        self,
        use: Use,
        node: Node,
        file: str,
        conditions: tuple[Any, ...],
        sections: tuple[str, ...],
    ) -> None:
        place = node.find(("use",))
        # Only the sections that are being read count: using one twice in a row is no cycle.
        if use.use in sections:
            self._report(file, place, phrase("section-circle", name=use.use))
            return
        if len(sections) >= _MAX_SECTIONS_DEEP:
            self._report(file, place, phrase("section-deep", limit=_MAX_SECTIONS_DEEP))
            return
        key = (file, use.use, repr(sorted(use.with_.items())))
        if (line := self._uses.get(key)) is not None:
            tail = phrase("another-value") if use.with_ else phrase("none")
            self._report(file, place, phrase("section-twice", name=use.use, line=line, hint=tail))
            return
        self._uses[key] = place.line
        path = self._section_path(use.use, file, place)
        text = read_text(path) if path is not None else None
        if path is None or not isinstance(text, str):
            self.add([text] if isinstance(text, Problem) else [])
            self.is_whole = False
            return
        self.files.add(str(path))
        root, is_cut = self._parse(text, str(path), parse_shared)
        self.is_whole = self.is_whole and root is not None and not is_cut
        if root is None:
            return
        head = None if is_cut else self._model(SectionHead, root, str(path), phrase("the-section"))
        if isinstance(head, SectionHead):
            for mistake in reused.mistakes_of_parameters(use, head):
                at = node.find(mistake.path, on_key=mistake.on_key)
                self._report(file, at, mistake.words, mistake.suggestion)
            self.add(reused.mistakes_of_head(head, root, str(path), self._lines[str(path)]))
            values = {**head.takes, **use.with_}
            if None in values.values():  # reported above, and no step can be read without it
                self.is_whole = False
                return
            self._given += reused.given_by(use, node, str(path), file)
            root = reused.filled_in(root, values)
        self._read_steps(root, str(path), conditions, (*sections, use.use))

    def _section_path(self, name: str, file: str, place: Place) -> Path | None:
        """Return the file of a section; report a missing one and return None."""
        path = self.folder / f"{name}.yaml"
        if path.is_file():
            return path
        known = reused.sections_below(self.folder)
        meant = known.get(near_word(name.rpartition("/")[2], known) or "")
        tail = phrase("did-you-mean", near=meant) if meant else hint("", known.values())
        tail = tail if known else phrase("no-sections-here")
        self._report(file, place, phrase("no-section", name=name, hint=tail), meant)
        return None
