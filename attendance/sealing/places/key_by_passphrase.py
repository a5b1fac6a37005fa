"""The site's key in a file that only a passphrase opens."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from argon2.low_level import Type, hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY

from attendance.errors import SealBrokenError, SiteKeyError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from attendance.sealing.cipher import KEY_ID_BYTES, Cipher, place_of
from attendance.sealing.site_keys import KEY_BYTES, SiteKeys, keys_from, text_of

FILE_NAME = "site-key.sealed"
FORM = 1
SALT_BYTES = 16
MOST_MEMORY = 4 * 1024**2  # KiB; a changed file could ask for more than the computer has
MOST_ROUNDS, MOST_LANES = 64, 64
_NO_KEY = bytes(KEY_ID_BYTES)  # no key of the site seals this
_opened: dict[bytes, bytes] = {}  # by salt: what was derived from a passphrase that this process was given


class Passphrase(Protocol):
    """Gives the passphrase."""

    def __call__(self, *, is_new: bool) -> str:
        """See ``attendance.sealing.places.passphrases.passphrase``."""
        ...


@dataclass(frozen=True)
class GuessCosts:
    """What a guess costs with Argon2id.

    Attributes:
        rounds: passes over the memory.
        memory: KiB.
        lanes: threads.
    """

    rounds: int = RFC_9106_LOW_MEMORY.time_cost
    memory: int = RFC_9106_LOW_MEMORY.memory_cost
    lanes: int = RFC_9106_LOW_MEMORY.parallelism


class KeyByPassphrase:
    """See ``KeyPlace``.

    A process asks once: what it derived is remembered until it ends.

    Args:
        folder: the folder for keys.
        passphrase: gives it.
        costs: of a new file; RFC 9106's second recommended choice.
    """

    def __init__(self, folder: Path, passphrase: Passphrase, costs: GuessCosts | None = None) -> None:
        self.path = folder / FILE_NAME
        self._passphrase = passphrase
        self._costs = costs or GuessCosts()

    @property
    def where(self) -> str:
        """See ``KeyPlace``."""
        return f"the file {self.path}, which only the passphrase opens"

    @property
    def sentence(self) -> str:
        """See ``KeyPlace``."""
        return f"The site's key is in {self.where}."

    def read(self) -> SiteKeys | None:
        """See ``KeyPlace``."""
        found = self._document()
        if found is None:
            return None
        salt, costs, sealed = found
        key = _opened.get(salt) or _derived(self._passphrase(is_new=False), salt, costs)
        try:
            text = Cipher(key).open(sealed, _place(salt, costs)).decode("ascii")
        except SealBrokenError as error:
            _opened.pop(salt, None)
            raise SiteKeyError(
                f"The passphrase is wrong, or the file {self.path} was changed. Try again, or make the key "
                "again from the recovery key."
            ) from error
        _opened[salt] = key
        return keys_from(text, str(self.path))

    def write(self, keys: SiteKeys) -> None:
        """See ``KeyPlace``; asks for a new passphrase unless one has opened the file."""
        found = self._document()
        if found is None or found[0] not in _opened:
            salt, costs = secrets.token_bytes(SALT_BYTES), self._costs
            _opened[salt] = _derived(self._passphrase(is_new=True), salt, costs)
        else:
            salt, costs = found[0], found[1]
        sealed = Cipher(_opened[salt]).seal(text_of(keys).encode(), _place(salt, costs), _NO_KEY)
        document = {"form": FORM, "salt": _text(salt), **asdict(costs), "sealed": _text(sealed)}
        try:
            make_private(self.path.parent)
            write_whole(self.path, json.dumps(document).encode())
        except OSError as error:
            raise SiteKeyError(f"{self.path} can't be written ({error.strerror}).") from error

    def delete(self) -> None:
        """See ``KeyPlace``."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise SiteKeyError(f"{self.path} can't be deleted ({error.strerror}).") from error

    def _document(self) -> tuple[bytes, GuessCosts, bytes] | None:
        try:
            found = json.loads(self.path.read_bytes())
            costs = GuessCosts(found["rounds"], found["memory"], found["lanes"])
            salt, sealed = (base64.b64decode(found[name], validate=True) for name in ("salt", "sealed"))
            is_known = found["form"] == FORM and _are_sane(costs)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SiteKeyError(f"{self.path} can't be read ({error.strerror}).") from error
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error
        if not is_known:
            raise self._damaged()
        return salt, costs, sealed

    def _damaged(self) -> SiteKeyError:
        return SiteKeyError(
            f"The file {self.path} is damaged. Restore it from where it is kept, or make the key again from "
            "the recovery key."
        )


def _are_sane(costs: GuessCosts) -> bool:
    lanes, memory = 1 <= costs.lanes <= MOST_LANES, 8 * costs.lanes <= costs.memory <= MOST_MEMORY
    return lanes and memory and 1 <= costs.rounds <= MOST_ROUNDS


def _derived(passphrase: str, salt: bytes, costs: GuessCosts) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, costs.rounds, costs.memory, costs.lanes, KEY_BYTES, Type.ID
    )


def _place(salt: bytes, costs: GuessCosts) -> bytes:
    return place_of("site key", salt.hex(), *(str(each) for each in asdict(costs).values()))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
