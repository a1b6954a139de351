"""
Servers with their services on loopback: real OpenSSH and nginx, scripted ones, and nftables.

Each server has an address of 127.92.0.0/24 in the world's own network. The kernel refuses other
ports; nftables drops or rejects packets.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from diagnostics import Options
from tests.daemons.loopback import stop, wait_until_open
from tests.daemons.nginx import NGINX
from tests.fakes.hostile_http import Behaviour, HostileServer
from tests.lab.built_world import BuiltWorld
from tests.lab.model import filter_incoming, own_network

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin") or "/usr/sbin/sshd"
_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/html;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ {listen} location / {{ return 200 'shop'; }} }}
}}
"""
_SSHD = """
HostKey {folder}/key
HostKey {folder}/rsa
PidFile none
UsePAM no
{listen}
{settings}
"""
_SSHD_SOCKETS = 16  # the maximum of one sshd


@dataclass(frozen=True)
class Server:
    """
    One server. OpenSSH and nginx serve the ports `ssh` and `web`, scripts those of `speaks`.

    `ssh_settings` are lines of its sshd_config. `rules` are nftables rules for its address, without
    the address.
    """

    ssh: tuple[int, ...] = (22,)
    web: tuple[int, ...] = (80, 443)
    speaks: dict[int, Behaviour] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    ssh_settings: str = ""


class ServerWorld(BuiltWorld):
    """All servers; the whole lab diagnoses `at_once` of them in parallel."""

    at_once = 4

    def __init__(self, servers: dict[str, Server]) -> None:
        super().__init__()
        self._servers = servers
        self._folder = Path(tempfile.mkdtemp(prefix="server-lab-"))
        self.places = {name: f"127.92.0.{number}" for number, name in enumerate(servers, 1)}
        self.options = Options(allow_networks=(ip_network("127.92.0.0/24"),))

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._start_sshd()
        self._start_nginx()
        for name, server in self._servers.items():
            for port, behaviour in server.speaks.items():
                fake = HostileServer(behaviour, (port,), self.places[name])
                self._stack.enter_context(fake)
        filter_incoming(
            (self.places[name], rule)
            for name, server in self._servers.items()
            for rule in server.rules
        )

    def _start_sshd(self) -> None:
        for name, kind in (("key", "ed25519"), ("rsa", "rsa")):
            key = str(self._folder / name)
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True)
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd insists on its empty folder
        for settings in dict.fromkeys(server.ssh_settings for server in self._servers.values()):
            alike = {n: s for n, s in self._servers.items() if s.ssh_settings == settings}
            every = [(self.places[name], port) for name, s in alike.items() for port in s.ssh]
            for number in range(0, len(every), _SSHD_SOCKETS):
                self._start_one_sshd(every[number : number + _SSHD_SOCKETS], settings)

    def _start_one_sshd(self, places: list[tuple[str, int]], settings: str) -> None:
        listen = "\n".join(f"ListenAddress {place}:{port}" for place, port in places)
        config = self._folder / f"sshd_config-{places[0][0]}"
        config.write_text(_SSHD.format(folder=self._folder, listen=listen, settings=settings))
        self._start([SSHD, "-D", "-e", "-f", str(config)], *places[0])

    def _start_nginx(self) -> None:
        listen = " ".join(f"listen {place}:{port};" for place, port in self._each("web"))
        config = self._folder / "nginx.conf"
        config.write_text(_NGINX.format(folder=self._folder, listen=listen))
        command = [NGINX, "-p", str(self._folder), "-c", str(config)]
        self._start(command, *next(self._each("web")))

    def _each(self, what: str) -> Iterator[tuple[str, int]]:
        """Yield each address with each of its ports of this service."""
        for name, server in self._servers.items():
            for port in getattr(server, what):
                yield self.places[name], port

    def _start(self, command: list[str], address: str, port: int) -> None:
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._stack.callback(stop, process)
        try:
            wait_until_open(address, port, process)
        except RuntimeError as error:
            raise RuntimeError((self._folder / "log").read_text()) from error
