"""`docs/architecture.md`, held to the tree and to the contracts of imports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_PATH = re.compile(r"`((?:intake|diagnostics|authoring|journey|delivery|web|rules|tests)/[\w/.]+)`")


def rooms_on_page(package: str) -> list[str]:
    """The rooms of a package in the order of its table."""
    table = PAGE.partition(f"### {package}/")[2].partition("\n\n| room |")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    return [room for cell in cells for room in re.findall(r"`([\w/]+)`", cell)]


def layers(package: str) -> dict[str, int]:
    """Each room's place in the contract of imports, 0 on top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        contract
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [package]
    ]
    return {
        room: number
        for number, layer in enumerate(contract["layers"])
        for room in layer.split(" | ")
    }


@pytest.mark.parametrize("package", ["intake", "diagnostics"])
def test_every_room_is_on_the_page(package: str) -> None:
    """A reader who begins with the page meets no room that it doesn't name."""
    assert sorted(rooms_on_page(package)) == sorted(layers(package))


@pytest.mark.parametrize("package", ["intake", "diagnostics"])
def test_the_rooms_stand_in_the_order_of_imports(package: str) -> None:
    """Each imports only what stands below it, as the page says."""
    order = [layers(package)[room] for room in rooms_on_page(package)]
    assert order == sorted(order)


@pytest.mark.parametrize("path", _PATH.findall(PAGE))
def test_every_path_on_the_page_exists(path: str) -> None:
    homes = (ROOT, ROOT / "intake", ROOT / "diagnostics")
    assert any((home / path).exists() or (home / f"{path}.py").exists() for home in homes)
