"""
Starts a real Request Tracker 5 on loopback.

Debian: request-tracker5 rt5-db-sqlite rt5-standalone.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.daemons.loopback import free_address

SETUP, SERVER = "/usr/sbin/rt-setup-database-5", "/usr/share/request-tracker5/libexec/rt-server"
_PORT = 8431
_CONFIG = """
Set($rtname, 'intake'); Set($Organization, 'hoster.example');
Set($WebDomain, '{address}'); Set($WebPort, {port}); Set($WebPath, '');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{folder}/rt.db');
Set($DatabaseHost, ''); Set($DatabasePassword, '');
Set($MailCommand, 'sendmailpipe'); Set($SendmailPath, '{folder}/sendmail');
Set($WebSessionClass, 'Apache::Session::File');
Set($LogToSyslog, undef); Set($LogToSTDERR, 'error');
Set($MasonDataDir, '{folder}/mason'); Set($MasonSessionDir, '{folder}/sessions');
1;
"""
_RIGHTS = (
    "CreateTicket ShowTicket ShowTicketComments SeeQueue ReplyToTicket CommentOnTicket"
    " SeeCustomField ModifyCustomField SetInitialCustomField ModifyTicket ManageAuthTokens"
)
_SEED = """
use strict; use warnings;
use RT; RT::LoadConfig(); RT::Init();
my $queue = RT::Queue->new(RT->SystemUser); $queue->Create(Name => 'hosting');
for my $name ('Intake Ref', 'Cause') {{
  my $field = RT::CustomField->new(RT->SystemUser);
  $field->Create(Name => $name, Type => 'FreeformSingle',
    LookupType => RT::Ticket->CustomFieldLookupType);
  $field->AddToObject($queue);
}}
my $user = RT::User->new(RT->SystemUser);
$user->Create(Name => 'intake', EmailAddress => 'intake@hoster.example', Privileged => 1);
$user->PrincipalObj->GrantRight(Object => $RT::System, Right => $_) for qw({rights});
my $token = RT::AuthToken->new(RT::CurrentUser->new($user));
my ($ok, $why, $secret) = $token->Create(Owner => $user->id, Description => 'intake');
print $secret;
"""


def is_installed() -> bool:
    return Path(SETUP).exists() and Path(SERVER).exists()


@contextmanager
def request_tracker(folder: Path) -> Iterator[tuple[str, str]]:
    """Run it; yield its address and the token of a user with the rights in docs/desks.md."""
    address = free_address()
    (folder / "RT_SiteConfig.pm").write_text(
        _CONFIG.format(address=address, port=_PORT, folder=folder)
    )
    # Instead of sending mail, write a file in the folder `mails`, complete before it is renamed.
    (folder / "sendmail").write_text(
        f"#!/bin/sh\nwritten=$(mktemp {folder}/writing.XXXXXX)\ncat > $written\n"
        f"mv $written {folder}/mails/${{written##*.}}\n"
    )
    (folder / "sendmail").chmod(0o755)
    for name in ("mason", "sessions", "mails"):
        (folder / name).mkdir()
    settings = {
        **os.environ,
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        # Debian's configuration would set another path and database.
        "RT_SITE_CONFIG_DIR": "/dev/null",
    }
    setup = [SETUP, "--action", "init", "--skip-create", "--dba-password", ""]
    subprocess.run(setup, env=settings, check=True, capture_output=True)
    perl = ["perl", "-I/usr/share/request-tracker5/lib", "-e", _SEED.format(rights=_RIGHTS)]
    seeded = subprocess.run(perl, env=settings, check=True, capture_output=True, text=True)
    serve = [SERVER, "--server", "Starlet", "--host", address, "--port", str(_PORT)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*serve, "--max-workers", "2"], env=settings, stderr=log)
    url = f"http://{address}:{_PORT}"
    try:
        _wait(url)
        yield url, seeded.stdout.split("\n")[-1].strip()
    finally:
        server.terminate()
        server.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            requests.get(f"{url}/REST/2.0/rt", timeout=10)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("Request Tracker doesn't answer")
