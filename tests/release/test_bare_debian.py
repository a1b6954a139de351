"""`make run` where little is there: no root, no python3-venv, a path with spaces and Cyrillic."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, browser, open_page
from tests.browser.product import free_port
from tests.daemons.nginx import NGINX

__all__ = ["browser", "open_page"]  # the browser's fixtures

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(os.geteuid() != 0 or NGINX is None, reason="needs root and nginx"),
]
ROOT = Path(__file__).parents[2]
USER = "nobody"
START_S = 280
# As Debian's python3 without python3-venv: an environment gets no pip, and the command says so.
PYTHON_WITHOUT_VENV = """#!/bin/sh
case " $* " in
  *" venv "*--without-pip*) ;;
  *" -m venv "*) echo "ensurepip is not available" >&2; mkdir -p "$3"; exit 1 ;;
esac
exec /usr/bin/python3 "$@"
"""


@pytest.fixture
def checkout() -> Iterator[Path]:
    """The repository's files in such a path, owned by somebody with no rights."""
    top = Path(tempfile.mkdtemp(prefix="intake-", dir="/var/tmp"))
    folder = top / "Новая папка" / "my intake"
    files = subprocess.run(
        [
            "git",
            "ls-files",
            "-z",
            "diagnostics",
            "intake",
            "checklists",
            "tools",
            "docs",
            "Makefile",
            "pyproject.toml",
            "README.md",
            "LICENSE",
            "requirements.lock",
            "requirements-dev.lock",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    python = folder / "python-without-venv"
    python.write_text(PYTHON_WITHOUT_VENV)
    python.chmod(0o755)
    owner = pwd.getpwnam(USER)
    for path in (top, *top.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    yield folder
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def address(checkout: Path, tmp_path: Path) -> Iterator[tuple[str, int, Path]]:
    """nginx with TLS before /help/, by the file of deploy/: the address, our port, its CA."""
    authority, ours, public = trustme.CA(), free_port(), free_port()
    issued = authority.issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    ca_file = checkout / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    ca_file.chmod(0o644)
    inside = (ROOT / "deploy/nginx/intake-below-a-path.conf").read_text()
    inside = inside.replace("127.0.0.1:8501", f"127.0.0.1:{ours}")
    inside = inside.replace("Host $host;", "Host $http_host;")  # no usual port here
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"daemon off; pid {tmp_path}/pid; events {{}} http {{ access_log off;"
        f" server {{ listen 127.0.0.1:{public} ssl; ssl_certificate {tmp_path}/both.pem;"
        f" ssl_certificate_key {tmp_path}/both.pem;\n{inside}\n }} }}"
    )
    command = [str(NGINX), "-e", str(tmp_path / "error.log"), "-c", str(config)]
    with subprocess.Popen(command) as process:
        yield f"https://localhost:{public}/help", ours, ca_file
        process.terminate()


def test_make_run_and_a_whole_journey(
    checkout: Path, address: tuple[str, int, Path], open_page: OpenPage
) -> None:
    url, port, ca_file = address
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(checkout.parent),
        "LANG": "C.UTF-8",
        "INTAKE_DATA": str(checkout / "данные"),
        "INTAKE_PORT": str(port),
        "INTAKE_PUBLIC_URL": url,
        "INTAKE_TRUSTED_PROXIES": "127.0.0.1",
        "INTAKE_CA_FILE": str(ca_file),
        "INTAKE_BROWSER_LOOK": "false",
        **{name: os.environ[name] for name in os.environ if name.startswith("PIP_")},
    }
    process = subprocess.Popen(
        ["make", "run", "PYTHON=./python-without-venv"],
        cwd=checkout,
        env=environment,
        user=USER,
        group="nogroup",
        extra_groups=[],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output: list[str] = []
    is_up = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            output.append(line)
            if "Intake answers on" in line:
                is_up.set()
        is_up.set()  # it has ended

    threading.Thread(target=read, daemon=True).start()
    try:
        assert is_up.wait(START_S), "".join(output[-40:])
        assert process.poll() is None, "".join(output[-40:])
        walked = subprocess.run(
            [".venv/bin/intake", "canary", "--no-desks"],
            cwd=checkout,
            env=environment,
            user=USER,
            group="nogroup",
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert walked.returncode == 0, walked.stdout + walked.stderr
        page = open_page("ru", ignore_https_errors=True)
        page.goto(f"{url}/")
        page.locator(".st-key-begin-site-down button").click()
        expect(page.locator(".st-key-answer-site input")).to_be_visible()
        assert page.url.startswith(f"{url}/?case=")
        owner = (checkout / "данные" / "intake.db").stat().st_uid
        assert owner == pwd.getpwnam(USER).pw_uid
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
