"""What an export takes along of a site's secrets, so that second factors and receipts stay valid."""

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
    """Two secrets of the site that an export is of.

    Attributes:
        second_factors: the key that seals the secrets of authenticator apps.
        receipts: signs receipts and certificates.
    """

    second_factors: bytes = field(repr=False)
    receipts: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> MovedSecrets:
        """Those of a site.

        Raises:
            SettingsError: they can't be read.
        """
        return cls(seal_key(signing_secret(settings)), receipts_secret(settings))

    @classmethod
    def read(cls, folder: Path) -> MovedSecrets:
        """Those in the folder of an opened export.

        Raises:
            BackupError: they are missing or damaged.
        """
        try:
            found = json.loads((folder / FILE_NAME).read_bytes())
            return cls(bytes.fromhex(found["second_factors"]), bytes.fromhex(found["receipts"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupError(f"{FILE_NAME} in the export is missing or damaged: use another one.") from error

    def write(self, folder: Path) -> None:
        """Write them into the folder of an export."""
        secrets = {"second_factors": self.second_factors.hex(), "receipts": self.receipts.hex()}
        write_new(folder / FILE_NAME, json.dumps(secrets).encode(), mode=PRIVATE)

    def sealed_for(self, settings: Settings, users: Iterable[Record]) -> Iterator[Record]:
        """Records of users whose second factors the secret of another site seals from now on.

        Raises:
            SettingsError: that secret can't be read.
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
        """Make the secret of receipts the one of a site that has none of its own yet.

        Returns:
            The public key of earlier receipts, where the site signs with another one.

        Raises:
            SettingsError: it can't be written or read.
        """
        bring_receipts_secret(settings, self.receipts)
        if receipts_secret(settings) == self.receipts:
            return None
        return ReceiptKeys(self.receipts).public_key
