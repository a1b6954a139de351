"""One of several processes that have customers: asks for a diagnosis a line, and says the end."""

from __future__ import annotations

import json
import sys
import threading
from ipaddress import ip_network

from diagnostics import Options, load_probes
from intake.checks import CheckBudgets, CheckService
from intake.database import open_database
from intake.journey.draft import CheckRun

_printing = threading.Lock()


def _say(**values: object) -> None:
    with _printing:
        print(json.dumps(values), flush=True)  # noqa: T201 - the test reads it


def main(url: str, port: str, per_client: str) -> None:
    def save(draft_id: str, run: CheckRun) -> None:
        began = (run.report or {}).get("started_at")
        _say(draft=draft_id, state=run.state, why=run.why_failed, began=began)

    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), http_ports=frozenset({80, int(port)})
    )
    service = CheckService(
        save,
        options,
        at_once=4,
        budgets=CheckBudgets(int(per_client)),
        engine=open_database(url),
    )
    load_probes()
    _say(draft="", state="ready")
    for line in sys.stdin:
        draft, path, client, again = json.loads(line)
        address = f"http://127.0.0.1:{port}{path}"
        service.ensure(draft, "web", address, kind="site", client=client, again=again)
    service.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
