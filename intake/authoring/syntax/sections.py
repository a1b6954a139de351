"""The parameters of sections: `<name>` in a section's steps stands for a value of its `use`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from intake.authoring.messages import Phrase, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake, Place, Problem
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import SectionHead
from intake.journey.steps import Step, Use

_FOLDER: Final = "sections"
_IN_BRACES: Final = re.compile(r"(?<!\{)\{([a-z0-9][a-z0-9_-]{0,63})\}(?!\})")
_NAME = re.compile(r"<([a-z0-9][a-z0-9_-]{0,63})>")


def begun_as_section(root: Node) -> tuple[Place, Phrase] | None:
    """Read `section: its-name` as `checklist: its-name` where only a checklist can be meant."""
    named = root.get("section")
    own = next((key for key in ("ticket", "title") if key in root.keys), None)
    if own is None or named is None or "checklist" in root.keys:
        return None
    values: dict[str, Any] = root.value  # type: ignore[assignment]
    values["checklist"] = values.pop("section")
    root.keys["checklist"] = place = root.keys.pop("section")
    name = named.value if isinstance(named.value, str) else "its-name"
    return place, phrase("section-begins-so", key=own, name=name)


def mistakes_of_parameters(use: Use, head: SectionHead) -> Iterator[Mistake]:
    """Yield mistakes for unknown parameters of a `use`, and for missing ones."""
    takes = list(head.takes)
    unknown = [name for name in use.with_ if name not in head.takes]
    needed = [name for name, usual in head.takes.items() if usual is None]
    lacking = [name for name in needed if name not in use.with_]
    for name in unknown:
        # With one unknown and one missing parameter, one is probably meant as the other.
        near = near_word(name, takes) or (lacking[0] if len(unknown) == len(lacking) == 1 else None)
        tail = phrase("did-you-mean", near=near) if near else hint(name, takes)
        words = (
            phrase("no-parameter", section=use.use, name=name, hint=tail)
            if takes
            else phrase("no-parameters", section=use.use)
        )
        lacking = [other for other in lacking if other != near]
        yield Mistake(("with", name), words, near, on_key=True)
    if lacking:
        listed = ", ".join(f"{name}: …" for name in lacking)
        yield Mistake(("use",), phrase("parameter-missing", section=use.use, listed=listed))


@dataclass(frozen=True, slots=True)
class SectionValue:
    """A value of a `use` for a section's parameter, and its place."""

    value: str
    section_file: str
    file: str
    place: Place
    section: str


def given_by(use: Use, node: Node, section_file: str, file: str) -> Iterator[SectionValue]:
    """Yield the values that a `use`, at this node, gives to its section."""
    for name, value in use.with_.items():
        yield SectionValue(value, section_file, file, node.find(("with", name)), use.use)


def moved_to_their_use(
    problems: Sequence[Problem], values: Sequence[SectionValue]
) -> Iterator[Problem]:
    """Yield the problems; those that a parameter's value causes once, at the value's place."""
    mentioned: set[SectionValue] = set()
    for problem in problems:
        cause = next((value for value in values if _comes_of(problem, value)), None)
        if cause is None:
            yield problem
        elif cause not in mentioned:
            mentioned.add(cause)
            words = phrase(
                "given-unfit", section=cause.section, line=problem.line, words=problem.words
            )
            yield Problem.at(cause.file, cause.place, words)


def _comes_of(problem: Problem, cause: SectionValue) -> bool:
    """Check whether a parameter's value causes a problem, alone or as a part of a name."""
    if problem.file != cause.section_file:
        return False
    words = [word for _, word in problem.words.parameters if isinstance(word, str)]
    return cause.value in words or (
        problem.code == "bad-id" and any(cause.value in word for word in words)
    )


def mistakes_of_head(
    head: SectionHead, root: Node, file: str, lines: Iterable[str]
) -> Iterator[Problem]:
    """Yield the problems of a section's name and of its parameters."""
    yield from _mistakes_of_name(head, root, Path(file))
    text = "\n".join(lines)
    for name in head.takes:
        if f"<{name}>" not in text and f"{{{name}}}" not in text:
            place = root.find(("takes", name), on_key=True)
            yield Problem.at(file, place, phrase("parameter-unused", name=name))
    for place, words in _put_in_marks(root, head):
        yield Problem.at(file, place, words)


def _mistakes_of_name(head: SectionHead, root: Node, path: Path) -> Iterator[Problem]:
    """Yield a problem if a section's name differs from its file's, which `use` refers to."""
    # Outside that folder it may be the temporary file of an editor.
    if head.section != path.stem and path.parent.name == _FOLDER:
        words = phrase("section-name", file=path.name, name=path.stem)
        yield Problem.at(str(path), root.find(("section",)), words, path.stem)


def sections_below(folder: Path) -> dict[str, str]:
    """Return the sections of a folder as a `use` names them, by their bare names."""
    files = sorted(folder.glob("*/*.yaml"))
    return {file.stem: file.relative_to(folder).with_suffix("").as_posix() for file in files}


def _put_in_marks(root: Node, head: SectionHead) -> Iterator[tuple[Place, Phrase]]:
    """
    Replace `{name}` by `<name>` for the section's parameters; yield a problem for each.

    If a step of the section has that name too, the braces refer to its answer.
    """
    own = {
        str(name.value)
        for step in (root.get("steps") or root).listed()
        for word in step.keys
        if word in ("ask", "tell", "check") and (name := step.get(word)) is not None
    }
    taken = frozenset(head.takes) - own
    pending, names_reported = [root.get("steps")], set[str]()
    while pending:
        node = pending.pop(0)
        if node is None:
            continue
        pending += [*node.listed(), *(node.get(key) for key in node.keys)]
        if not isinstance(node.value, str):
            continue
        for name in _IN_BRACES.findall(node.value):
            if name in taken and name not in names_reported:
                names_reported.add(name)
                yield node.place, phrase("parameter-in-braces", name=name)
        node.value = _IN_BRACES.sub(
            lambda match: f"<{match[1]}>" if match[1] in taken else match[0], node.value
        )


def section_meant(node: Node, key: str) -> str:
    """Return the section in `include: sections/contact.yaml`, or "" if it isn't a text."""
    named = node.get(key)
    name = named.value if named is not None and isinstance(named.value, str) else ""
    return name.removesuffix(".yaml").removesuffix(".yml")


def filled_in(root: Node, values: Mapping[str, str | None]) -> Node:
    """Return a section with its parameters' values; other words in angle brackets are kept."""
    present = {name: value for name, value in values.items() if value is not None}
    return _filled(root, present) if present else root


def _filled(node: Node, values: Mapping[str, str]) -> Node:
    if isinstance(node.value, dict):
        keys = {_with_values(key, values): place for key, place in node.keys.items()}
        inner = {
            _with_values(key, values): _filled(inner_node, values)
            for key, inner_node in _nodes(node.value)
        }
        return Node(node.place, inner, keys)
    if isinstance(node.value, list):
        return Node(
            node.place, [_filled(inner_node, values) for inner_node in node.listed()], node.keys
        )
    if isinstance(node.value, str):
        return Node(node.place, _with_values(node.value, values), node.keys, node.remark)
    return node


def _nodes(value: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    return ((key, node) for key, node in value.items() if isinstance(node, Node))


def _with_values(text: str, values: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)


def joined(step: object, conditions: Sequence[Any]) -> Step:
    """Return a section's step with the conditions of its `use` added to its own."""
    known: Step = step  # type: ignore[assignment]
    if not conditions:
        return known
    every = [*conditions, *([known.show_if] if known.show_if is not None else [])]
    return known.model_copy(update={"show_if": every[0] if len(every) == 1 else {"all": every}})
