"""The secrets in an export, so that second factors and receipts stay valid."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attendance.accounts.totp import Seal, seal_key
from attendance.audit.receipts.signing import ReceiptKeys
from attendance.errors import BackupError
from attendance.files.whole_file import PRIVATE, write_new
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import bring_receipts_secret, receipts_secret, signing_secret
from attendance.store.records import Record

FILE_NAME = "secrets.json"


@dataclass(frozen=True)
class MovedSecrets:
    """Two secrets of the exported site.

    Attributes:
        second_factors: the key that seals the secrets of authenticator apps.
        receipts: the secret that signs receipts and certificates.
    """

    second_factors: bytes = field(repr=False)
    receipts: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> MovedSecrets:
        """The secrets of a site.

        Raises:
            SettingsError: they can't be read.
        """
        return cls(seal_key(signing_secret(settings)), receipts_secret(settings))

    @classmethod
    def read(cls, folder: Path) -> MovedSecrets:
        """The secrets in the folder of an opened export.

        Raises:
            BackupError: they are missing or damaged.
        """
        try:
            found = json.loads((folder / FILE_NAME).read_bytes())
            return cls(bytes.fromhex(found["second_factors"]), bytes.fromhex(found["receipts"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{FILE_NAME} in the export is missing or damaged: use another one.") from error

    def write(self, folder: Path) -> None:
        """Write the secrets into the folder of an export."""
        secrets = {"second_factors": self.second_factors.hex(), "receipts": self.receipts.hex()}
        write_new(folder / FILE_NAME, json.dumps(secrets).encode(), mode=PRIVATE)

    def sealed_for(self, settings: Settings, users: Iterable[Record]) -> Iterator[Record]:
        """Seal the second factors of users with the secret of another site.

        Raises:
            SettingsError: that site's secret can't be read.
        """
        before, after = Seal(self.second_factors), Seal.of_site(signing_secret(settings))
        for user in users:
            factor = user["second_factor"]
            secret = None if factor is None else before.open(factor["sealed"], user["id"])
            if secret is None:
                yield user
            else:
                yield user | {"second_factor": factor | {"sealed": after.seal(secret, user["id"])}}

    def bring_receipts(self, settings: Settings) -> bytes | None:
        """Use the secret of receipts at a site that has none yet.

        Returns:
            The public key of earlier receipts, if the site signs with another key.

        Raises:
            SettingsError: it can't be written or read.
        """
        bring_receipts_secret(settings, self.receipts)
        if receipts_secret(settings) == self.receipts:
            return None
        return ReceiptKeys(self.receipts).public_key
