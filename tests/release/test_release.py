"""A release: the same bytes from the same files, complete, and serving from the wheel alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.browser.product import Product

ROOT = Path(__file__).parents[2]
PACKED = ("diagnostics", "intake", "checklists")
FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
_PASSED_OVER = shutil.ignore_patterns("__pycache__")


def build(folder: Path, kind: str, umask: int) -> Path:
    """The product's files, copied to a folder of its own, and built there."""
    folder.mkdir()
    for name in PACKED:
        shutil.copytree(ROOT / name, folder / name, ignore=_PASSED_OVER, copy_function=shutil.copy)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder / "dist")],
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "PYTHONPATH": ""},
        umask=umask,
        check=True,
        capture_output=True,
    )
    [built] = (folder / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("release") / "one", "wheel", 0o022)


def test_the_same_files_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """In another folder, at another time, by a user with other rights."""
    other = build(tmp_path / "другое место", "wheel", 0o077)
    assert wheel.name == other.name
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, other)]
    assert digests[0] == digests[1]


def test_the_wheel_has_every_file_of_ours_and_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
        [metadata_name] = [name for name in packed if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(metadata_name).decode()
    for folder in PACKED:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                name = path.relative_to(ROOT).as_posix()
                assert name.replace("checklists/", "intake/checklists/", 1) in packed or (
                    name in packed
                ), name
    assert any(name.endswith("licenses/LICENSE") for name in packed)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in (
        f"Version: {project['version']}",
        "License-Expression: MIT",
        "Requires-Python: >=3.11",
        "Classifier: Typing :: Typed",
        "Description-Content-Type: text/markdown",
    ):
        assert line in metadata
    assert not any(name.startswith(("tests/", "tools/")) for name in packed)


@pytest.mark.long
def test_it_serves_from_the_wheel_alone(wheel: Path, published: Path, tmp_path: Path) -> None:
    """Far from the repository, from the unpacked wheel: a canary walks through."""
    unpacked = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    product = Product(tmp_path / "data", published=published)
    product.settings["PYTHONPATH"] = str(unpacked)
    product.settings["PYTHONSAFEPATH"] = "1"
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        place = subprocess.run(
            [sys.executable, "-P", "-c", "import intake; print(intake.__file__)"],
            env=product.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert place.startswith(str(unpacked))
        product.start()
        walked = product.command(
            "canary", "--no-desks", "--url", f"http://127.0.0.1:{product.port}"
        )
        assert walked.returncode == 0, walked.stdout + walked.stderr
        assert product.command("checklists", "lint").returncode == 0
    finally:
        product.kill()
        os.chdir(before)


@pytest.mark.long
def test_uvx_and_pipx_run_it(wheel: Path, tmp_path: Path) -> None:
    """Whichever of them is here, from the wheel, into an environment of its own."""
    runs = {
        "uvx": ["uvx", "--from", str(wheel), "intake"],
        "pipx": ["pipx", "run", "--spec", str(wheel), "intake"],
    }
    here = [command for name, command in runs.items() if shutil.which(name)]
    if not here:
        pytest.skip("neither uvx nor pipx here")
    environment = {**os.environ, "INTAKE_DATA": str(tmp_path / "data"), "PYTHONPATH": ""}
    for command in here:
        done = subprocess.run(
            [*command, "checklists", "lint"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
