"""What a certificate is judged by."""

from __future__ import annotations

import ssl

import pytest

from diagnostics.net import trust_roots


def test_no_certificate_is_judged_more_strictly_than_browsers_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python's default has been strict since 3.13; the same chain must be judged alike in all."""
    make = ssl.create_default_context

    def strict() -> ssl.SSLContext:
        context = make()
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)
    context = trust_roots._new_judging_context(None)
    assert not context.verify_flags & ssl.VerifyFlags.VERIFY_X509_STRICT
