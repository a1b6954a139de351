"""Imports while a diagnosis runs: one thread at a time, for Python's own locks may clash."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.daemons.bind import BindServer
from tests.daemons.nginx import NginxSite
from tests.diagnostics.test_command import intake

# On a disk where each module takes its time, whatever may meet does meet.
_SLOW_DISK = """
import importlib.machinery, sys, threading, time

execute = importlib.machinery.SourceFileLoader.exec_module
importing = {}

def exec_slowly(loader, module):
    if not module.__name__.startswith(("diagnostics", "intake", "rich", "requests")):
        return execute(loader, module)
    me = threading.get_ident()
    others = [names[-1] for thread, names in importing.items() if thread != me and names]
    if others:
        print("at once:", module.__name__, *others, file=sys.stderr)
    names = importing.setdefault(me, [])
    names.append(module.__name__)
    time.sleep(0.004)
    try:
        return execute(loader, module)
    finally:
        names.pop()

importlib.machinery.SourceFileLoader.exec_module = exec_slowly
"""


@pytest.fixture
def slow_disk(tmp_path: Path) -> str:
    (tmp_path / "sitecustomize.py").write_text(_SLOW_DISK)
    return str(tmp_path)


@pytest.mark.parametrize("kind", ["site", "server", "mail"])
def test_no_two_threads_import_at_once(repository: Path, slow_disk: str, kind: str) -> None:
    with NginxSite("location / { return 502; }") as site:
        zones: dict[str, str | None] = {"shop.example": f"@ IN A {site.address}\n@ IN MX 10 @"}
        with BindServer(zones) as bind:
            done = intake(
                repository,
                *("diagnose", "http://shop.example/" if kind == "site" else "shop.example"),
                *("--kind", kind),
                PYTHONPATH=slow_disk,
                INTAKE_RESOLVERS=bind.resolver,
            )
    assert not done.stderr
    assert done.returncode == 1
    assert done.stdout


def test_a_name_that_fails_too(repository: Path, slow_disk: str) -> None:
    """Why a name fails is looked into by a thread of its own, while others are at work."""
    with BindServer({"shop.example": "@ IN TXT x"}) as bind:
        done = intake(
            repository,
            *("diagnose", "nowhere.shop.example"),
            PYTHONPATH=slow_disk,
            INTAKE_RESOLVERS=bind.resolver,
        )
    assert not done.stderr
    assert done.returncode == 1


def test_every_import_inside_a_function_of_diagnostics_takes_the_lock(repository: Path) -> None:
    bare = [
        f"{file.relative_to(repository)}:{node.lineno}"
        for file in sorted((repository / "diagnostics").rglob("*.py"))
        for function in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in _outside_the_lock(function)
    ]
    assert not bare


def _outside_the_lock(node: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [node]
    if isinstance(node, ast.With) and any(
        isinstance(item.context_expr, ast.Name) and item.context_expr.id == "importing"
        for item in node.items
    ):
        return []
    return [found for child in ast.iter_child_nodes(node) for found in _outside_the_lock(child)]
