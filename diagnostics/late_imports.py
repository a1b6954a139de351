"""
The lock that every import during a diagnosis must hold.

Python locks each module separately. If two threads import the same packages in different order,
they wait for each other; Python detects that and raises in one of them or gives it a partially
executed module. With one lock, the imports of all threads run one after the other. The lock is
re-entrant, because a module imported under it may itself import another one under it.
"""

from threading import RLock

importing = RLock()
