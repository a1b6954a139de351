"""See `tests/ui/conftest.py`."""

from tests.ui.conftest import browser_context, built_services, services

__all__ = ["browser_context", "built_services", "services"]
