"""What holds for every test: how long one takes depends on the machine, so it fails none."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")
