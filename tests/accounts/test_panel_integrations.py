"""The files for other people's panels, run as they are: we believe what they sign."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import database as db
from intake.accounts.panel_link import PanelLinks, PanelVisit, read_panel_key

ROOT = Path(__file__).parents[2] / "integrations"
SECRET = "the same secret, 32 characters or more"
AUDIENCE = "https://help.example.com"
PHP = shutil.which("php")
WHMCS = """<?php
function add_hook($point, $priority, $call) { global $hook; $hook = $call; }
function localAPI($command, $values) {
    $answers = json_decode(getenv('ANSWERS'), true);
    if (($values['clientid'] ?? $values['userid']) !== 7) { throw new Exception('foreign client'); }
    return $answers[$command];
}
require $argv[1];
$hook(['client' => getenv('SIGNED_IN') ? (object) ['id' => 7] : null]);
echo 'WHMCS asks';
"""
pytestmark = pytest.mark.skipif(PHP is None, reason="php is not installed")


@pytest.fixture
def links(tmp_path: Path) -> Iterator[PanelLinks]:
    engine = db.open_database(f"sqlite:///{tmp_path}/intake.db")
    db.migrate(engine)
    keys = [read_panel_key(name, SECRET) for name in ("whmcs", "bill")]
    yield PanelLinks(engine, keys, AUDIENCE)
    engine.dispose()


def run(script: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [str(PHP), str(script), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "PHP" not in done.stderr, done.stderr
    return done.stdout


def visit_of(links: PanelLinks, output: str) -> PanelVisit:
    place = output.partition("Location: ")[2].split()[0]
    assert place.startswith(f"{AUDIENCE}/enter#token=")
    return links.enter(place.partition("#token=")[2])


def whmcs(tmp_path: Path, *, is_signed_in: bool) -> str:
    """WHMCS as far as the hook calls it; PHP at a command line keeps no headers, so they print."""
    hook = (ROOT / "whmcs.php").read_text(encoding="utf-8")
    (tmp_path / "hook.php").write_text(hook.replace("header('Location", "print('Location"))
    (tmp_path / "whmcs.php").write_text(WHMCS)
    product = {"id": 12, "status": "Active", "domain": "shop.example", "dedicatedip": ""}
    answers = {
        "GetClientsDetails": {
            "client": {
                "fullname": "Anna Kim",
                "email": "anna@mail.example",
                "phonenumber": "+1.5550100",
                "language": "russian",
            }
        },
        "GetClientsProducts": {
            "products": {
                "product": [
                    product,
                    product | {"id": 13, "status": "Suspended", "dedicatedip": "192.0.2.7"},
                    product | {"id": 14, "status": "Cancelled", "domain": "old.example"},
                ]
            }
        },
        "GetInvoices": {"totalresults": 1},
    }
    environment = {"ANSWERS": json.dumps(answers), "SIGNED_IN": "1" if is_signed_in else ""}
    return run(tmp_path / "whmcs.php", str(tmp_path / "hook.php"), **environment)


def test_whmcs_leads_a_client_here(links: PanelLinks, tmp_path: Path) -> None:
    visit = visit_of(links, whmcs(tmp_path, is_signed_in=True))
    assert (visit.sub, visit.name, visit.email) == ("7", "Anna Kim", "anna@mail.example")
    assert visit.lang == "ru"
    assert visit.unpaid is True
    assert visit.sites == ("shop.example", "192.0.2.7")
    assert visit.is_suspended("192.0.2.7") is True


def test_whmcs_asks_a_stranger_itself(tmp_path: Path) -> None:
    assert whmcs(tmp_path, is_signed_in=False) == "WHMCS asks"


def billmanager(tmp_path: Path, cookie: str) -> str:
    answers = {
        "usrparam": {"name": {"$": "anna"}, "realname": {"$": "Anna Kim"}, "lang": {"$": "ru"}},
        "subaccount": {"elem": [{"balance": {"$": "120.50 RUB"}}, {"balance": {"$": "-3.00 RUB"}}]},
        "vhost": {
            "elem": [{"id": {"$": "1"}, "domain": {"$": "shop.example"}, "status": {"$": "2"}}]
        },
        "vds": {"elem": [{"id": {"$": "2"}, "ip": {"$": "192.0.2.7"}, "status": {"$": "3"}}]},
        "dedic": {},
    }
    for name, document in answers.items():
        (tmp_path / name).write_text(json.dumps({"doc": document}))
    mgrctl = tmp_path / "mgrctl"
    mgrctl.write_text(
        "#!/bin/sh\n"
        '[ "$6" = "auth=abc123" ] || { echo \'{"doc": {}}\'; exit; }\n'
        f'cat "{tmp_path}/$5"\n'
    )
    mgrctl.chmod(0o755)
    page = (ROOT / "billmanager.php").read_text(encoding="utf-8")
    script = tmp_path / "page.php"
    script.write_text(page.replace("/usr/local/mgr5/sbin/mgrctl", str(mgrctl)))
    return run(script, HTTP_COOKIE=cookie)


def test_billmanager_leads_its_client_here(links: PanelLinks, tmp_path: Path) -> None:
    output = billmanager(tmp_path, "billmgrlang5=orion:ru; billmgrses5=abc123:1")
    visit = visit_of(links, output)
    assert (visit.sub, visit.name, visit.lang) == ("anna", "Anna Kim", "ru")
    assert visit.balance == -3
    assert visit.sites == ("shop.example", "192.0.2.7")
    assert visit.is_suspended("192.0.2.7") is True
    assert visit.is_suspended("shop.example") is False


@pytest.mark.parametrize("cookie", ["", "billmgrses5=", "billmgrses5=other", "billmgrses5='; id'"])
def test_billmanager_asks_a_stranger_itself(tmp_path: Path, cookie: str) -> None:
    assert "Location: /billmgr" in billmanager(tmp_path, cookie)


@pytest.mark.parametrize("name", ["whmcs.php", "billmanager.php"])
def test_the_files_stay_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 40
