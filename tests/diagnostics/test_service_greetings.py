"""The first line of SSH and FTP servers: real OpenSSH, real vsftpd, and a grammar line by line."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diagnostics import finding_text
from diagnostics.service_banners import banner_state, is_about_one_address
from tests.daemons.loopback import free_address
from tests.daemons.processes import running
from tests.diagnostics.conftest import Lab, codes
from tests.fakes.hostile_http import HostileServer, says
from tests.lab.server import SSHD

_VSFTPD = shutil.which("vsftpd", path="/usr/sbin:/usr/bin")
_is_root = pytest.mark.skipif(os.geteuid() != 0, reason="ports below 1024 need root")


@pytest.mark.parametrize(
    ("service", "greeting", "state"),
    [
        ("ssh", "", "silent"),
        ("ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2", "ready"),
        ("ssh", "SSH-1.99-Cisco-1.25", "ready"),
        ("ssh", "Exceeded MaxStartups", "busy"),
        ("ssh", "Not allowed at this time", "penalised"),
        ("ssh", "220 ftp.example ready", "foreign"),
        ("ftp", "220-Welcome", "ready"),
        ("ftp", "220 (vsFTPd 3.0.5)", "ready"),
        ("ftp", "120 Service ready in 5 minutes.", "busy"),
        ("ftp", "421 There are too many connected users, please try later.", "busy"),
        ("ftp", "530 Sorry, the maximum number of clients (10) are already connected.", "busy"),
        ("ftp", "530 Access denied.", "refused"),
        ("ftp", "500 OOPS: vsftpd: cannot locate user specified in 'ftp_username':ftp", "broken"),
        ("ftp", "SSH-2.0-x", "foreign"),
        ("ftp", "2200 x", "foreign"),
        ("smtp", "220 mx.example ESMTP Postfix", "ready"),
        ("smtp", "220-mx.example ESMTP Exim 4.97", "ready"),
        ("smtp", "421 4.3.2 Service shutting down", "busy"),
        ("smtp", "554 No SMTP service here", "refused"),
        ("smtp", "220", "ready"),
        ("smtp", "HTTP/1.1 400 Bad Request", "foreign"),
        ("imap", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.", "ready"),
        ("imap", "* PREAUTH IMAP4rev1 ready", "ready"),
        ("imap", "* BYE Too many connections", "refused"),
        ("imaps", "* OK Waiting for authentication process to respond..", "broken"),
        ("pop3", "+OK POP3 ready <1.2@mx.example>", "ready"),
        ("pop3", "-ERR [SYS/TEMP] Too many connections", "refused"),
        ("pop3", "* OK ready", "foreign"),
        ("mysql", "MySQL 8.0.36", "ready"),
        ("mariadb", "MySQL 5.5.5-10.11.6-MariaDB", "ready"),
        ("mysql", "1040 Too many connections", "busy"),
        (
            "mysql",
            "1129 Host '192.0.2.9' is blocked because of many connection errors",
            "penalised",
        ),
        ("mysql", "1130 Host '192.0.2.9' is not allowed to connect to this server", "ready"),
        ("mysql", "SSH-", "foreign"),
    ],
)
def test_a_first_line_is_read_by_its_grammar(service: str, greeting: str, state: str) -> None:
    assert banner_state(service, greeting) == state


@pytest.mark.parametrize(
    ("greeting", "is_ours"),
    [
        ("421 Too many connections (8) from this IP", True),
        ("421 There are too many connections from your internet address.", True),
        ("530 Too many connections from the same IP", True),
        ("421 There are too many connected users, please try later.", False),
        ("530 Sorry, the maximum number of clients (10) are already connected.", False),
    ],
)
def test_a_limit_for_one_address_is_told_from_one_for_all(greeting: str, is_ours: bool) -> None:  # noqa: FBT001
    assert is_about_one_address(greeting) is is_ours


@contextmanager
def full_sshd(folder: Path, address: str) -> Iterator[None]:
    """OpenSSH with room for one log-in, which is taken by somebody who says nothing."""
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    Path("/run/sshd").mkdir(exist_ok=True)  # sshd insists on its empty folder
    config = folder / "sshd_config"
    config.write_text(
        f"HostKey {key}\nPidFile none\nUsePAM no\nMaxStartups 1\nListenAddress {address}:22\n"
    )
    with running([SSHD, "-D", "-e", "-f", str(config)], address, 22, folder / "log"):
        # The first connection was the one that found the port open: ask until one is held.
        while True:
            holder = socket.create_connection((address, 22))
            if holder.recv(64).startswith(b"SSH-"):
                break
            holder.close()
        with holder:
            yield


@_is_root
def test_an_ssh_server_full_of_half_open_log_ins_is_named(lab: Lab, tmp_path: Path) -> None:
    address = free_address()
    with full_sshd(tmp_path, address):
        report = lab.ask(f"{address}:22")
    assert (report.verdict, codes(report)) == ("inconclusive", ["tcp.reset"])
    assert "no room for another log-in" in finding_text(report.findings[0], "en").title


@_is_root
@pytest.mark.skipif(_VSFTPD is None, reason="vsftpd is not installed")
@pytest.mark.parametrize(("target", "severity"), [("{}:21", "critical"), ("{}", "warning")])
def test_an_ftp_server_that_cannot_begin_is_named(
    lab: Lab, tmp_path: Path, target: str, severity: str
) -> None:
    address, config = free_address(), tmp_path / "vsftpd.conf"
    config.write_text(
        f"listen=YES\nlisten_address={address}\nbackground=NO\nlocal_enable=YES\n"
        f"secure_chroot_dir={tmp_path}/missing\n"
    )
    kind = "site" if ":" in target else "server"
    with running([str(_VSFTPD), str(config)], address, 21, tmp_path / "log"):
        report = lab.ask(target.format(address), kind=kind)
    finding = next(one for one in report.findings if one.code == "tcp.greeting_refused")
    assert (finding.severity, finding.parameters["variant"]) == (severity, "broken")
    assert "500 OOPS" in str(finding.parameters["greeting"])


@_is_root
def test_a_server_that_has_had_enough_of_us_is_accused_of_nothing(lab: Lab) -> None:
    with HostileServer(says(b"Not allowed at this time\r\n"), (22,)) as server:
        report = lab.ask(f"{server.address}:22")
    assert report.verdict == "inconclusive"
    assert [finding.severity for finding in report.findings] == ["info"]
