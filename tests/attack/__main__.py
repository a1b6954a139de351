"""
Attack a served product on loopback, and print what each attempt came to: `make attack`.

It ends with 1 where one of them got through, or the server answers nobody afterwards.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.attack.outcome import Outcome
from tests.attack.rows import ATTACKS
from tests.attack.wire import Target
from tests.browser.product import Product
from tests.published import published_database


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        product = Product(Path(folder) / "data", published=published_database(Path(folder)))
        product.start()
        try:
            return _attack(Target(product))
        finally:
            product.kill()


def _attack(target: Target) -> int:
    fell = 0
    for attack in ATTACKS:
        outcome = attack(target)
        fell += not outcome.held
        _print(attack.__name__.replace("_", " "), outcome)
    alive = target.is_open()
    _print("and customers after all that", Outcome(alive, f"{target.memory_mb:.0f} MB held"))
    return 1 if fell or not alive else 0


def _print(name: str, outcome: Outcome) -> None:
    print(f"{'held' if outcome.held else 'FELL'}  {name:32} {outcome.measured}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
