"""Problems between the checklists of a folder: equal ids, words, titles, or two fallbacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from diagnostics.texts import CompleteLanguage
from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Place, Problem
from intake.authoring.syntax.yaml_reader import MAX_BYTES
from intake.journey.checklist import Checklist


class FolderChecklist(NamedTuple):
    """The properties of a checklist that are compared within its folder."""

    file: Path
    id: str
    is_fallback: bool
    words: Mapping[CompleteLanguage, frozenset[str]]
    titles: tuple[str, ...] = ()

    @classmethod
    def of(cls, file: Path, checklist: Checklist) -> Self:
        """Return the compared properties of the checklist in a file."""
        head = checklist.head
        words = {name: frozenset(lines) for name, lines in head.words.items() if head.offered}
        titles = tuple(head.title.lines.values()) if head.offered else ()
        return cls(file, checklist.id, head.fallback, words, titles)


def folder_problems(files: Iterable[FolderChecklist]) -> list[Problem]:
    """Return the problems of a folder's checklists that no file shows alone."""
    files = list(files)
    by_id: dict[str, list[Path]] = defaultdict(list)
    for entry in files:
        by_id[entry.id].append(entry.file)
    doubles = {name: same for name, same in by_id.items() if len(same) > 1}
    problems = [problem for name, same in doubles.items() for problem in _ids_taken(same, name)]
    if not doubles:  # a copied file would repeat every other property too
        problems += [*_fallbacks(files), *_same_words(files), *_same_titles(files)]
    return problems


def id_taken(file: str, text: str, other: tuple[str, str], checklist_id: str) -> Problem:
    """
    Return the problem of a file whose checklist id is taken, at the line of the id.

    `other` is the path and text of the second file; the message names it with its line.
    """
    other_file, other_text = other
    line = _line_of_id(other_text)
    words = phrase("checklist-twice", name=checklist_id, file=other_file, line=line)
    return Problem.at(file, Place(_line_of_id(text), 1, len("checklist")), words)


def _ids_taken(files: Sequence[Path], checklist_id: str) -> Iterator[Problem]:
    """
    Yield the problems of files with one checklist id.

    The file that is named after the id, or the first one, is the original; the others are copies.
    """
    named = [file for file in files if file.stem == checklist_id] or [files[0]]
    texts = {file: _text_of(file) for file in files}
    for file in files:
        if file != named[0]:
            other = (str(named[0]), texts[named[0]])
            yield id_taken(str(file), texts[file], other, checklist_id)


def _fallbacks(files: Sequence[FolderChecklist]) -> Iterator[Problem]:
    """Yield a problem for each fallback checklist after the first."""
    fallbacks = [entry for entry in files if entry.is_fallback]
    for entry in fallbacks[1:]:
        first = fallbacks[0]
        words = phrase("fallback-twice", file=str(first.file), line=_line_of(first, "fallback:"))
        yield Problem.at(str(entry.file), Place(_line_of(entry, "fallback:"), 1, 8), words)


def _same_words(files: Sequence[FolderChecklist]) -> Iterator[Problem]:
    """Yield a problem for a checklist whose routing words equal another one's."""
    for index, entry in enumerate(files):
        for other in files[:index]:
            same = [
                name
                for name, words in entry.words.items()
                if len(words) > 1 and words == other.words.get(name)
            ]
            if same:
                words = phrase("words-of-another", file=str(other.file), language=same[0])
                yield Problem.at(str(entry.file), Place(_line_of(entry, "words:"), 1, 5), words)
                break


def _same_titles(files: Sequence[FolderChecklist]) -> Iterator[Problem]:
    """Yield a problem for a title that two offered checklists share."""
    first: dict[str, FolderChecklist] = {}
    for entry in files:
        for title in entry.titles:
            other = first.setdefault(title.strip().casefold(), entry)
            if other is not entry:
                words = phrase("title-twice", file=str(other.file), title=cut(title))
                yield Problem.at(str(entry.file), Place(_line_of(entry, "title:"), 1, 5), words)
                break


def _line_of(entry: FolderChecklist, key: str) -> int:
    return _line_beginning(_text_of(entry.file), key)


def _text_of(file: Path) -> str:
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        return stream.read(MAX_BYTES)


def _line_of_id(text: str) -> int:
    return _line_beginning(text, "checklist:")


def _line_beginning(text: str, key: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.startswith(key)), 1)
