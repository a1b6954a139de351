"""The setting of encryption at rest: Fernet keys, the newest first."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from intake.settings.group import SettingsGroup


def _keys(value: SecretStr) -> SecretStr:
    # Slow to import, and only a service with keys needs it.
    from cryptography.fernet import Fernet  # noqa: PLC0415

    for word in words_of_keys(value):
        try:
            Fernet(word)
        except ValueError:
            raise ValueError("one is no key; `intake encryption new-key` prints one") from None
    return value


def words_of_keys(value: SecretStr) -> tuple[str, ...]:
    """Return the keys, separated by lines or commas, the newest first."""
    return tuple(value.get_secret_value().replace(",", " ").split())


class EncryptionSettings(SettingsGroup):
    """What an operator chooses about encryption at rest (docs/encryption.md)."""

    heading = "Encryption"

    encryption_keys: Annotated[SecretStr, AfterValidator(_keys)] | None = Field(
        default=None,
        description=(
            "Keys for encrypting answers, tickets and files in the database, the newest "
            "first; preferably by `INTAKE_ENCRYPTION_KEYS_FILE`."
        ),
    )

    @property
    def encryption_key_words(self) -> tuple[str, ...]:
        """The encryption keys; empty if nothing is encrypted."""
        return words_of_keys(self.encryption_keys) if self.encryption_keys is not None else ()
