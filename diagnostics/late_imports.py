"""
The lock under which everything is imported that is imported while a diagnosis runs.

Python locks each module by itself. Two threads that import the same packages from different ends
then wait for each other; Python sees that, and raises in one of them or hands it a half-executed
module. Under one lock, imports of several threads come one after the other. It is re-entrant, for
a module that is imported under it may call what imports another.
"""

from threading import RLock

importing = RLock()
