"""Every file of deploy/ is taken by the program that it is for, and says what the product knows."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
import yaml

from intake.settings import Settings
from tests.fakes.http_server import LoopbackServer, QuietHandler

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCS = DEPLOY.parent / "docs"
NGINX_FILES = sorted((DEPLOY / "nginx").glob("*.conf"))
_SETTING = re.compile(r"\bINTAKE_([A-Z0-9_]*[A-Z0-9])\b")
# Of a part of the set-up itself, or `INTAKE_CONFIG`; the file's suffix is taken away below.
_NO_SETTINGS = {"HOST", "CONFIG"}
_PAGES = ("installation", "operating", "probing")


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fullchain.pem, privkey.pem and both.pem for help.example.com."""
    folder = tmp_path_factory.mktemp("certificate")
    issued = trustme.CA().issue_cert("help.example.com")
    issued.cert_chain_pems[0].write_to_path(folder / "fullchain.pem")
    issued.private_key_pem.write_to_path(folder / "privkey.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    return folder


def texts() -> Iterator[tuple[Path, str]]:
    for path in [*DEPLOY.rglob("*"), *(DOCS / f"{page}.md" for page in _PAGES)]:
        if path.is_file():
            yield path, path.read_text(encoding="utf-8")


def test_every_setting_that_is_named_exists() -> None:
    known = {name.upper() for name in Settings.model_fields} | _NO_SETTINGS
    for path, text in texts():
        named = {name.removesuffix("_FILE") for name in _SETTING.findall(text)}
        assert named - known <= {"KEEP"}, path  # INTAKE_KEEP_… stands for several


@pytest.mark.parametrize("path", NGINX_FILES, ids=lambda path: path.stem)
def test_nginx_takes_its_files(path: Path, certificate: Path, tmp_path: Path) -> None:
    config = path.read_text().replace("/etc/ssl/intake", str(certificate))
    config = config.replace("/var/log/nginx", str(tmp_path))
    if "server {" not in config:
        config = f"server {{ listen 127.0.0.1:1; {config} }}"
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {config} }}")
    run(program("nginx"), "-t", "-e", str(tmp_path / "error.log"), "-c", str(whole))


def test_haproxy_takes_its_file(certificate: Path, tmp_path: Path) -> None:
    config = tmp_path / "haproxy.cfg"
    text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text()
    config.write_text(text.replace("/etc/ssl/intake", str(certificate)))
    run(program("haproxy"), "-c", "-f", str(config))


def test_caddy_takes_its_file() -> None:
    file = str(DEPLOY / "caddy" / "Caddyfile")
    run(program("caddy"), "validate", "--adapter", "caddyfile", "--config", file)


def test_systemd_takes_the_units_and_finds_the_service_well_closed(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for path in (DEPLOY / "systemd").iterdir():
        # The user and the program are of the machine that it is copied to.
        text = re.sub(r"(?m)^(ExecStart(?:Post)?)=.*", r"\1=/bin/true", path.read_text())
        text = re.sub(r"(?m)^(User|Group)=.*\n", "", text)
        (tmp_path / path.name).write_text(text)
    units = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "intake" in line]
    assert not ours
    service = str(DEPLOY / "systemd" / "intake.service")
    run(analyze, "security", "--offline=true", "--threshold=25", service)


def test_the_containers_are_closed_as_they_are_said_to_be() -> None:
    services = yaml.safe_load((DEPLOY / "container" / "compose.yml").read_text())["services"]
    ours = services["intake"]
    assert ours["read_only"]
    assert ours["cap_drop"] == ["ALL"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    proxy = services["proxy"]["networks"]["inside"]["ipv4_address"]
    assert ours["environment"]["INTAKE_TRUSTED_PROXIES"] == proxy
    image = (DEPLOY / "container" / "Containerfile").read_text()
    last_stage = image[image.rindex("FROM ") :]
    assert "USER 10001" in last_stage
    for copied in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", image):
        assert all((DEPLOY.parent / name).exists() for name in copied.split())


class Answer(NamedTuple):
    """Which process answered, and the cookie that came along."""

    process: str
    cookie: str


class Processes:
    """Two that only say their names, behind the real nginx with the real file."""

    def __init__(self, port: int, servers: list[LoopbackServer]) -> None:
        self._port, self._servers = port, servers

    def ask(self, browser: str = "Firefox", *, cookie: str = "", path: str = "/") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"User-Agent": browser, "Host": "help.example.com", "Cookie": cookie}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return Answer(body, (answer.headers["Set-Cookie"] or "").partition(";")[0])

    def end(self, name: str) -> None:
        self._servers["ab".index(name)].stop()


@contextmanager
def two_processes(folder: Path) -> Iterator[Processes]:
    servers = [_named_server(name) for name in "ab"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = (DEPLOY / "nginx" / "intake-two-processes.conf").read_text()
    for at, server in zip(("8501", "8502"), servers, strict=True):
        config = config.replace(f"127.0.0.1:{at}", f"127.0.0.1:{server.server_port}")
    config = re.sub(r"listen 443.*", f"listen 127.0.0.1:{port};", config)
    config = re.sub(r"(?m)^ *(listen \[|ssl_).*\n", "", config)
    config = config.replace("/var/log/nginx", str(folder))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
        f" events {{}} http {{ {temporary} {config} }}"
    )
    nginx = subprocess.Popen([program("nginx"), "-e", str(folder / "error.log"), "-c", str(whole)])
    processes = Processes(port, servers)
    try:
        _wait_for(port)
        yield processes
    finally:
        nginx.terminate()
        nginx.wait()
        for server in servers:
            server.stop()


def _named_server(name: str) -> LoopbackServer:
    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1")
            self.end_headers()
            self.wfile.write(name.encode())

    server = LoopbackServer(Handler)
    server.start()
    return server


def _wait_for(port: int) -> None:
    pause = threading.Event()
    for _ in range(600):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    pytest.fail("nginx didn't begin to listen")


def test_a_customer_stays_with_a_process_until_it_ends(tmp_path: Path) -> None:
    program("nginx")
    with two_processes(tmp_path) as processes:
        first = {f"Browser {n}": processes.ask(f"Browser {n}") for n in range(12)}
        assert {answer.process for answer in first.values()} == {"a", "b"}
        for browser, answer in first.items():
            # With the cookie, whatever the address does; and without one, as in a foreign frame.
            assert processes.ask("other", cookie=answer.cookie).process == answer.process
            assert processes.ask(browser).process == answer.process
        assert processes.ask(cookie="intake_route=evil").process in "ab"
        processes.end("a")
        for answer in first.values():
            assert processes.ask(cookie=answer.cookie).process == "b"


def test_the_log_of_the_proxy_holds_no_keys(tmp_path: Path) -> None:
    program("nginx")
    with two_processes(tmp_path) as processes:
        processes.ask(path="/t/SECRET-KEY-OF-A-TICKET")
        processes.ask(path="/?case=SECRET-KEY-OF-A-DRAFT")
        processes.ask(path="/inbox")
    log = (tmp_path / "intake.log").read_text()
    assert "SECRET" not in log
    assert '"GET /t/-"' in log
    assert '"GET /inbox"' in log
