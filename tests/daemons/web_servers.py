"""Starts real web servers other than nginx: Caddy, HAProxy and Apache."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.daemons.certificates import CertificateFiles
from tests.daemons.loopback import free_address, stop, wait_until_open
from tests.daemons.processes import Daemon

CADDY, HAPROXY = shutil.which("caddy"), shutil.which("haproxy") or "/usr/sbin/haproxy"
APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
_MODULES = "/usr/lib/apache2/modules"


class WebServer(Daemon):
    """
    A context manager that runs a daemon with one configuration file at its own address.

    ADDRESS and FOLDER in `command` and `configuration` are replaced by those of the daemon.
    """

    def __init__(self, command: list[str], configuration: str, port: int = 80) -> None:
        self.address = free_address()
        self._folder = Path(tempfile.mkdtemp(prefix="web-server-"))
        self._command = [self._fill(word) for word in command]
        self._configuration, self._port = self._fill(configuration), port

    def _fill(self, text: str) -> str:
        return text.replace("ADDRESS", self.address).replace("FOLDER", str(self._folder))

    def __enter__(self) -> Self:
        (self._folder / "configuration").write_text(self._configuration, encoding="utf-8")
        log = self._folder / "log"
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=self._folder,
                env=os.environ | dict.fromkeys(("HOME", "XDG_CONFIG_HOME"), str(self._folder)),
            )
        try:
            wait_until_open(self.address, self._port, self._process)
        except (RuntimeError, TimeoutError) as error:
            stop(self._process)
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")) from error
        return self


def caddy(configuration: str, port: int = 80) -> WebServer:
    """Return Caddy with a Caddyfile; its storage is removed with its folder."""
    https = "off" if port == 80 else "disable_redirects"
    head = f"{{\n admin off\n auto_https {https}\n skip_install_trust\n"
    head += " storage file_system FOLDER\n}\n"
    command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", "FOLDER/configuration"]
    return WebServer(command, head + configuration, port)


def haproxy(configuration: str) -> WebServer:
    """Return HAProxy with these sections of its configuration."""
    head = "defaults\n mode http\n timeout connect 1s\n timeout client 5s\n timeout server 1s\n"
    return WebServer([HAPROXY, "-db", "-f", "FOLDER/configuration"], head + configuration)


def apache_over_tls(sites: dict[str, CertificateFiles]) -> WebServer:
    """Return Apache with a virtual host over TLS for each name."""
    modules = ("mpm_event", "authz_core", "ssl", "socache_shmcb")
    lines = [f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in modules]
    lines += [
        "ServerName front",
        "Listen ADDRESS:443",
        "PidFile FOLDER/pid",
        "ErrorLog FOLDER/errors",
    ]
    lines += ["Mutex pthread", "User nobody", "Group nogroup", "DocumentRoot FOLDER"]
    for name, files in sites.items():
        lines += [f"<VirtualHost *:443>\n ServerName {name}\n SSLEngine on"]
        lines += [f" SSLCertificateFile {files.chain}\n SSLCertificateKeyFile {files.key}"]
        lines += [" DocumentRoot FOLDER\n</VirtualHost>"]
    command = [APACHE, "-D", "FOREGROUND", "-X", "-f", "FOLDER/configuration"]
    return WebServer(command, "\n".join(lines) + "\n", 443)
