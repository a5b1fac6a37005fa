"""Compares the audit trail with the heads beside the daily lists: cheap, for each start."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property

from attendance.audit.chain.encoding import HEAD_DIGITS
from attendance.audit.verifying import BadEntry, Fault
from attendance.backup.heads import Head, heads_file, read_heads
from attendance.sentences import FilledSentence
from attendance.sentences import sentence as _l
from attendance.settings.settings import Settings
from attendance.store.protocols.audit import AuditStore

MOST_COMPARED = 50
"""Heads, the latest ones, beside the one with the greatest number: each is one entry that is looked up, 50
microseconds with SQLite. ``verify-audit`` compares all."""
_log = logging.getLogger(__name__)


class AnchoredHeads:
    """What a register's heads say about it, as of the first look.

    While a program has the register open, nobody can exchange it unnoticed, so one look is enough.

    Args:
        store: the register's database.
        settings: the site's settings, which say where the file of heads is.
    """

    def __init__(self, store: AuditStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @cached_property
    def lost(self) -> BadEntry | None:
        """The first anchored entry that the register lacks, or has otherwise; None if it has all.

        Raises:
            StoreUnavailableError: the database is unavailable.
        """
        return first_lost(self._store, read_heads(self._settings))

    @property
    def warning(self) -> FilledSentence | None:
        """That the register is an older one, in words; None where it isn't."""
        return None if self.lost is None else what_is_lost(self.lost)

    def log(self) -> None:
        """Put the warning into the log, if there is one, for a server without a terminal of ours."""
        if self.warning is not None:
            _log.warning("%s %s", self.warning, self.remedy)

    @property
    def remedy(self) -> FilledSentence:
        """What to do about that."""
        return what_to_do(self._settings)


def first_lost(store: AuditStore, heads: Sequence[Head]) -> BadEntry | None:
    """The first of the latest heads whose entry a register lacks, or has otherwise.

    Args:
        store: the register's database.
        heads: in the order in which they were written.
    """
    if not heads:
        return None
    wanted = {*heads[-MOST_COMPARED:], max(heads)}
    found = (_compared(store, head) for head in sorted(wanted))
    return next((bad for bad in found if bad is not None), None)


def what_is_lost(bad: BadEntry) -> FilledSentence:
    """That a register is an older one, in words."""
    if bad.fault is Fault.CUT_OFF:
        return _l(
            "This is an older register: its audit trail ends before entry %(number)s, whose head is "
            "beside the daily lists. An old file was put back, or the end of the trail was cut off. Marks "
            "made since then are missing.",
            number=bad.number,
        )
    return _l(
        "This isn't the same register as before: entry %(number)s of its audit trail isn't the one whose "
        "head is beside the daily lists. An old file was put back and used since, or the trail was "
        "rewritten.",
        number=bad.number,
    )


def what_to_do(settings: Settings) -> FilledSentence:
    """What to do about an older register."""
    return _l(
        "Stop the server and put the newer register back, or restore the latest backup. The daily lists have "
        "the marks that are missing. To keep this register as it is, rename %(file)s.",
        file=heads_file(settings),
    )


def _compared(store: AuditStore, head: Head) -> BadEntry | None:
    number, digits = head
    found = store.audit_rows(number - 1, 1)
    if not found:
        return BadEntry(number, Fault.CUT_OFF)
    [(its_number, *_fields, digest)] = found
    if its_number != b"%d" % number:
        return BadEntry(number, Fault.MISSING)
    is_same = digest[:HEAD_DIGITS].decode("ascii", "replace") == digits
    return None if is_same else BadEntry(number, Fault.OTHER_HEAD)
