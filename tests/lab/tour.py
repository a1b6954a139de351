"""
The README's tour: the output of `intake diagnose` about three broken targets of the lab.

`make tour` (or `python -m tests.lab.tour`) writes it again; a test compares all but the numbers.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.lab.model import World
from tests.lab.worlds import WORLDS

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- tour: made by `make tour` -->", "<!-- the tour ends -->"
_STOPS = {  # target: its world, and what it shows
    "gateway502.lab.example": (
        "web",
        "**A 502.** The machine and its web server answer: what fails is the program behind them.",
    ),
    "expired.lab.example": (
        "web",
        "**An expired certificate.** The page behind it is fine: nobody looks for a broken site.",
    ),
    "lame.example": (
        "dns",
        "**A lame delegation.** The resolver only fails; each name server itself tells why.",
    ),
}


def tour() -> str:
    """Return the text between the README's marks."""
    return "\n".join(_stops())


def numberless(text: str) -> str:
    """
    Return a text without the parts that vary between runs: times, dates, blanks beside them.

    Repeated lines are dropped: on a busy machine a slow page is measured again.
    """
    return "\n".join(dict.fromkeys(re.sub(r"[\d. <]+", " ", line) for line in text.splitlines()))


def written() -> str:
    """Return the current tour in the README."""
    return README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def _stops() -> Iterator[str]:
    yield "\n"
    for name in dict.fromkeys(name for name, _ in _STOPS.values()):
        with WORLDS[name]() as world:
            stops = {target: said for target, (own, said) in _STOPS.items() if own == name}
            for target, sentence in stops.items():
                yield f"{sentence}\n"
                yield f"    $ intake diagnose {target}"
                yield from (f"    {line}".rstrip() for line in _said_of(target, world))
                yield ""


def _said_of(target: str, world: World) -> list[str]:
    options = world.options
    settings = {
        "INTAKE_ALLOW_NETWORKS": ",".join(map(str, options.allow_networks)),
        "INTAKE_RESOLVERS": ",".join(options.resolvers),
        "INTAKE_CA_FILE": str(options.ca_file or ""),
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    done = subprocess.run(
        [sys.executable, "-m", "intake", "diagnose", target],
        capture_output=True,
        text=True,
        env=kept | {name: value for name, value in settings.items() if value},
        check=False,
    )
    return (done.stdout or done.stderr).rstrip().splitlines()


def main() -> None:
    """Write the tour into the README."""
    if os.geteuid() != 0:
        sys.exit("The tour needs root: network namespaces and low ports. Nothing was written.")
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}{tour()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
