"""
Metrics of the code's structure, naming and imports, each with its bound.

`python -m tests.house` prints them and exits with 1 if a bound is broken; `make check` runs it.
"""
