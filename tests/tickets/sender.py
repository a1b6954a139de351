"""
Sends tickets until it is killed; every number is printed once `send` has given it out.

`python -m tests.tickets.sender URL`: for each line on its input it forks a process that begins to
send in four threads, and prints its id. Imported once, so that killing many is cheap.
"""

from __future__ import annotations

import os
import sys
import threading

from tests.tickets.example import Kept, draft

PDF = b"%PDF-1.4\n" + b"0" * 40_000


def send_for_ever(url: str) -> None:
    kept, said = Kept(url), draft()
    threads = [threading.Thread(target=_send, args=(kept, said)) for _ in range(4)]
    for thread in threads:
        thread.start()


def _send(kept: Kept, said: object) -> None:
    while True:
        _, draft_id = kept.draft(said)  # type: ignore[arg-type]
        for name in ("a.pdf", "b.pdf"):
            kept.files.add(draft_id, "shot", name, PDF + name.encode())
        ticket = kept.send(draft_id)
        os.write(1, f"sent {ticket.reference}\n".encode())


if __name__ == "__main__":
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            send_for_ever(sys.argv[1])
            break
        os.write(1, f"pid {child}\n".encode())
        os.waitpid(child, 0)
        os.write(1, b"dead\n")
