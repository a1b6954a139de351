"""Starts a real Znuny 6.5 on loopback (Debian's otrs2, in non-free) with its own PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.daemons.loopback import free_address, stop, wait_until_open
from tests.daemons.postgresql import postgresql

SOURCE, PARTS = Path("/usr/share/otrs"), Path("/var/lib/otrs")
USER, PASSWORD = "intake", "a-password-of-the-tests"
CUSTOMER = "known@customer.example.org"  # of the customer with the login `known`
WEB_SERVICE = Path(__file__).parents[2] / "integrations" / "znuny-web-service.yml"
_PORT = 8433
_SCHEMA = ("schema", "initial_insert", "schema-post")
# Without MX lookups and without sending mail.
_CONFIG = """
package Kernel::Config;
use strict; use warnings; use utf8;
sub Load {
    my $Self = shift;
    $Self->{DatabaseHost} = '%s'; $Self->{Database} = 'postgres';
    $Self->{DatabaseUser} = 'intake'; $Self->{DatabasePw} = '';
    $Self->{DatabaseDSN} = "DBI:Pg:dbname=postgres;host=$Self->{DatabaseHost};";
    $Self->{Home} = '%s'; $Self->{SecureMode} = 1;
    $Self->{CheckMXRecord} = 0; $Self->{'CloudServices::Disabled'} = 1;
    $Self->{SendmailModule} = 'Kernel::System::Email::DoNotSendEmail';
    return 1;
}
use Kernel::Config::Defaults; use parent qw(Kernel::Config::Defaults);
1;
"""
_SEED = """
use strict; use warnings;
use Kernel::System::ObjectManager;
local $Kernel::OM = Kernel::System::ObjectManager->new();
my %%By = (ValidID => 1, UserID => 1);
$Kernel::OM->Get('Kernel::System::Queue')->QueueAdd(%%By, Name => 'hosting', GroupID => 1,
    SystemAddressID => 1, SalutationID => 1, SignatureID => 1);
my $Order = 1;
for my $Name ('IntakeRef', 'IntakeCause') {
    $Kernel::OM->Get('Kernel::System::DynamicField')->DynamicFieldAdd(%%By, Name => $Name,
        Label => $Name, FieldOrder => $Order++, FieldType => 'Text', ObjectType => 'Ticket',
        Config => { DefaultValue => '' });
}
my $User = $Kernel::OM->Get('Kernel::System::User')->UserAdd(UserFirstname => 'Intake',
    UserLastname => 'Robot', UserLogin => '%s', UserPw => '%s',
    UserEmail => 'intake@hoster.example', ValidID => 1, ChangeUserID => 1);
$Kernel::OM->Get('Kernel::System::Group')->PermissionGroupUserAdd(GID => 1, UID => $User,
    Permission => { ro => 1, move_into => 1, create => 1, note => 1, owner => 1, priority => 1,
    rw => 1 }, UserID => 1);
$Kernel::OM->Get('Kernel::System::CustomerUser')->CustomerUserAdd(%%By, Source => 'CustomerUser',
    UserFirstname => 'Known', UserLastname => 'Customer', UserCustomerID => 'known',
    UserLogin => 'known', UserEmail => '%s');
"""


def is_installed() -> bool:
    return (SOURCE / "Kernel").is_dir() and shutil.which("plackup") is not None


@contextmanager
def znuny(folder: Path) -> Iterator[str]:
    """Run Znuny with the web service from `integrations/`; yield that service's URL."""
    home, address = folder / "znuny", free_address()
    with postgresql() as url:
        (socket_folder,) = parse_qs(urlsplit(url).query)["host"]
        with psycopg.connect(url) as connection:
            for name in _SCHEMA:
                path = SOURCE / "scripts" / "database" / f"{name}.postgresql.sql"
                connection.execute(path.read_bytes())
        shutil.copytree(SOURCE, home, symlinks=True, ignore=shutil.ignore_patterns("test"))
        (home / "var").unlink()
        shutil.copytree(PARTS, home / "var", symlinks=True)
        (home / "Kernel" / "Config.pm").unlink()
        (home / "Kernel" / "Config.pm").write_text(_CONFIG % (socket_folder, home))
        console = str(home / "bin" / "otrs.Console.pl")
        _run(home, [console, "Maint::Config::Rebuild", "--allow-root"])
        _run(home, ["perl", "-e", _SEED % (USER, PASSWORD, CUSTOMER)])
        add = ["Admin::WebService::Add", "--name", "Intake", "--source-path", str(WEB_SERVICE)]
        _run(home, [console, *add, "--allow-root"])
        serve = ["plackup", "--host", address, "--port", str(_PORT), "--env", "deployment"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*serve, str(home / "bin" / "cgi-bin" / "app.psgi")], stdout=log, stderr=log
            )
        try:
            wait_until_open(address, _PORT, server, log=str(folder / "log"))
            yield f"http://{address}:{_PORT}/otrs/nph-genericinterface.pl/Webservice/Intake"
        finally:
            stop(server)


def _run(home: Path, command: list[str]) -> None:
    settings = {**os.environ, "PERL5LIB": f"{home}:{home}/Kernel/cpan-lib:{home}/Custom"}
    made = subprocess.run(
        command, check=False, cwd=home, env=settings, capture_output=True, text=True
    )
    assert made.returncode == 0, (command[:3], made.stdout[-1000:], made.stderr[-2000:])
