"""The tutorial of the checklist language as a newcomer takes it: files, changes and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGES: Final = {"en": "checklists.md", "ru": "checklists.ru.md"}
FILE: Final = "site-slow.yaml"

_BLOCK = re.compile(r"(?P<before>(?:(?!```).)*?)```yaml\n(?P<yaml>.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^    (intake [^#>\n]+?)\s*(?:[#>].*)?$", re.MULTILINE)
_SAVE = re.compile(r"(?:Save this as|Сохраните (?:это в файл|его как))\s`([\w/-]+\.yaml)`")
_TAKE_OUT = re.compile(r"(?:take the question|уберите вопрос) `(\w+)`")
_IN_PLACE = re.compile(r"(?:in the place of the|вместо) `ticket:`")
_AT_THE_END = re.compile(r"at the end of the file|в конец файла")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its heading, and each block of YAML with what is said before it."""

    title: str
    blocks: tuple[tuple[str, str], ...]


def steps_in_use(language: str) -> list[Step]:
    """The steps of the tutorial in a language."""
    written = _written(language)
    parts = re.split(r"^## (?=\d+\. )", written, flags=re.MULTILINE)[1:]
    return [_step(part) for part in parts]


def commands(language: str) -> list[list[str]]:
    """The commands at the head of the page, as arguments, without redirections."""
    head = re.split(r"^## 1\. ", _written(language), maxsplit=1, flags=re.MULTILINE)[0]
    return [found.split()[1:] for found in _COMMAND.findall(head)]


def follow(step: Step, folder: Path) -> None:
    """Do what a step says."""
    for before, block in step.blocks:
        _do(before, block, folder)


def _written(language: str) -> str:
    page = (DOCS / PAGES[language]).read_text(encoding="utf-8")
    return page.partition("<!-- reference -->")[0]


def _step(part: str) -> Step:
    title, _, rest = part.partition("\n")
    return Step(title, tuple(_blocks(rest)))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    for found in _BLOCK.finditer(text):
        # A page's lines are broken anywhere.
        yield " ".join(found["before"].split()), found["yaml"]


def _do(before: str, block: str, folder: Path) -> None:
    if saved := _SAVE.search(before):
        path = folder / saved[1]
        path.parent.mkdir(exist_ok=True)
        path.write_text(block, encoding="utf-8")
        return
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    if taken := _TAKE_OUT.search(before):
        text, count = re.subn(rf"  - ask: {taken[1]}\n(    .*\n)+", "", text)
        assert count == 1, before
    if _IN_PLACE.search(before):
        text = text.partition("ticket:\n")[0] + block
    elif _AT_THE_END.search(before):
        text += block
    else:  # at the end of the steps, as step 2 says of all that say nothing else
        steps, ticket, rest = text.partition("ticket:\n")
        assert block.startswith("  - "), before
        text = f"{steps}{block}{ticket}{rest}"
    path.write_text(text, encoding="utf-8")
