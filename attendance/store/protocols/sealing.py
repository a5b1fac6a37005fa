"""The part of the `Store` protocol about sealing, and the store of the students' keys beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class SealStage(StrEnum):
    """How far the register is sealed."""

    SEALING = "sealing"
    """Some records may still be plain."""
    SEALED = "sealed"
    """A plain record where a sealed one belongs was put there by somebody else."""
    ROTATING = "rotating"
    """Some records may still be sealed with the site's key before."""


@dataclass(frozen=True)
class SealState:
    """What a register knows about its seal.

    Attributes:
        register_id: names the register; its students' keys are kept under this name.
        key_id: the site's key with which it is sealed.
        stage: how far.
        key_check: a constant sealed with that key, by which a wrong key is noticed.
        confirmed: the id of the key whose recovery key somebody has kept; empty: of none.
        version: 1 at first, one more at each change.
    """

    register_id: str
    key_id: str
    stage: SealStage
    key_check: str
    confirmed: str = ""
    version: int = 1


Change = Callable[[Any], Any]
"""Returns the new value of a record; the same object leaves it, None deletes it."""


class SealStore(Protocol):
    """The state of the seal, and rewriting what is sealed."""

    def seal_state(self) -> SealState | None:
        """The state; None: the register was never sealed."""
        ...

    def begin_sealing(self, state: SealState) -> SealState:
        """Store the first state unless there is one; returns the stored one."""
        ...

    def replace_seal_state(self, state: SealState) -> bool:
        """Write a state if the stored version is ``state.version - 1``; returns whether it was written."""
        ...

    def rewrite(self, kind: type, change: Change) -> int:
        """Change all records of a kind, some at a time, each only if nobody else changes it meanwhile.

        Only the fields themselves are written: no version and no count of changes rises, and the audit trail
        gets no entry. What was there before is overwritten in the files.

        Args:
            kind: one of the values of ``attendance.values`` that can be sealed, or ``PhotoJob``.
            change: called with each record's value, perhaps more than once.

        Returns:
            How many records were written or deleted.
        """
        ...

    def forget_copies(self) -> bool:
        """Delete the copy from before a migration, in which everything is plain; whether there was one."""
        ...


class StudentKeys(Protocol):
    """Wrapped data keys, one for each subject, outside the register; any thread and process may ask."""

    def wrapped(self, subject: str) -> bytes | None:
        """A subject's wrapped key; None: there is none, or it was forgotten."""
        ...

    def add(self, subject: str, wrapped: bytes) -> bytes:
        """Store a wrapped key unless the subject has one; returns the stored one."""
        ...

    def exchange(self, subject: str, before: bytes, after: bytes) -> bool:
        """Replace a wrapped key unless it was changed or forgotten meanwhile; returns whether it was."""
        ...

    def forget(self, *subjects: str) -> None:
        """Delete keys for good, so that what they sealed can't be read any more."""
        ...

    def all(self) -> Mapping[str, bytes]:
        """All wrapped keys by subject."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...
