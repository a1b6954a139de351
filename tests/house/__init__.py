"""
Whether a stranger can live in this house: figures of the code's shape, each with its bound.

`python -m tests.house` prints them and exits with 1 where a bound is broken; `make check` runs it.
"""
