"""A command that another user runs than the service's says so, whichever command it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

_NOBODY = 65534
_COMMANDS = [
    "doctor",
    "serve",
    "tickets list",
    "users list",
    "tokens list",
    "workers list",
    "audit",
    "deliver",
    "purge",
    "canary",
    "desks check",
    "desks list",
    "export x@example.com",
    "encryption rotate",
    "checklists lint",
    "checklists list",
    "backup /tmp/never-made",
    "bounce -",
]
_STATUS = {"bounce -": 0, "doctor": 1, "backup /tmp/never-made": 1}
# All of them in one process a language, each in a child of its own: the imports are made once.
_RUN = """
import glob, importlib, json, os, pkgutil, sys
import intake.cli, intake.operations.doctor.examine, intake.web.server, intake.database.errors
for found in pkgutil.iter_modules(intake.cli.__path__, "intake.cli."):
    importlib.import_module(found.name)
from intake.cli import main
os.setgroups([]); os.setgid({user}); os.setuid({user})
for command in {commands!r}:
    sys.argv = ["intake", *command.split()]
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(into, 1); os.dup2(into, 2); os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        except BaseException as error:
            os.write(2, f"Traceback: {{error!r}}".encode())
        sys.stdout.flush(); sys.stderr.flush()
        os._exit(status)
    os.close(into)
    said = b"".join(iter(lambda: os.read(out, 65536), b""))
    _, status = os.waitpid(child, 0)
    print(json.dumps([command, os.waitstatus_to_exitcode(status), said.decode()]))
"""


def _said(data: Path, language: str) -> Mapping[str, tuple[int, str]]:
    code = _RUN.format(user=_NOBODY, commands=_COMMANDS)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", str(Path(__file__).parents[2])),
        "LC_ALL": language,
        "INTAKE_DATA": str(data),
        "INTAKE_CANARY_URL": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return {row[0]: (row[1], row[2]) for row in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en_GB.UTF-8", "belongs to another user (root), and you are nobody"),
        ("ru_RU.UTF-8", "принадлежит другому пользователю (root), а вы — nobody"),
    ],
)
def test_every_command_names_the_folder_and_its_owner(language: str, words: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("becoming another user needs root")
    with tempfile.TemporaryDirectory() as folder:  # pytest keeps its own from other users
        Path(folder).chmod(0o755)
        data = Path(folder, "data")
        data.mkdir(mode=0o700)
        said = _said(data, language)
    assert set(said) == set(_COMMANDS)
    for command, (status, text) in said.items():
        assert f"{data} {words}" in text, (command, text)
        assert "sudo intake …" in text, command
        assert "Traceback" not in text, (command, text)
        assert status == _STATUS.get(command, 2), (command, text)
