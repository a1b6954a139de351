"""
Runs in a network namespace of its own: packet filter rules, listeners, one diagnosis, its report.

    unshare -n python -m tests.diagnostics.inside '{"rules": …, "listen": …, "target": …}'
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from ipaddress import ip_network

from diagnostics import Options, diagnose, read_target


def main() -> None:
    plan = json.loads(sys.argv[1])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    chain = "type filter hook input priority 0;\n" + plan["rules"].replace("; ", "\n").strip(";")
    rules = f"table inet lab {{\nchain in {{\n{chain}\n}}\n}}\n"
    subprocess.run(["nft", "-f", "-"], input=rules.encode(), check=True)
    for setup in plan.get("setup", []):
        subprocess.run(setup.split(), check=True)
    listeners = [socket.create_server((address, port)) for address, port in plan["listen"]]
    networks = tuple(ip_network(one) for one in plan.get("allow", ["127.0.0.0/8"]))
    options = Options(
        allow_networks=networks,
        controls=tuple(plan.get("controls", ())),
        resolvers=tuple(plan.get("resolvers", ())),
    )
    target = read_target(plan["target"], options).target
    report = diagnose(target, kind=plan["kind"], options=options).report
    sys.stdout.write(report.model_dump_json())
    for listener in listeners:
        listener.close()


if __name__ == "__main__":
    main()
