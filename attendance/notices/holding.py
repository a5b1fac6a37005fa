"""Notices that somebody holds back, and sends after all."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from attendance.errors import StudentNotFoundError
from attendance.notices.topics import claim_of
from attendance.notices.values import TO_COME, Planned
from attendance.store.protocol import Store
from attendance.values import NoticeState


def hold_back(
    store: Store, planned: Iterable[Planned], keys: Collection[str], *, by: str, now: datetime
) -> int:
    """Hold notices back that have not gone out yet; who is quicker, this or a sending, decides.

    Args:
        store: the register's database.
        planned: all notices that are planned.
        keys: of those to hold back.
        by: the id of the user.
        now: the time.

    Returns:
        How many are held back now that were not before.
    """
    held = 0
    for one in planned:
        if one.key not in keys or one.step not in TO_COME or one.to is None:
            continue
        if one.known is None:
            entry = replace(claim_of(one, now), state=NoticeState.HELD, held_by=by)
            with contextlib.suppress(StudentNotFoundError):
                held += store.claim_notice(entry)
        else:
            version = one.known.version + 1
            entry = replace(one.known, state=NoticeState.HELD, held_by=by, version=version)
            held += store.replace_notice(entry)
    return held


def send_after_all(store: Store, keys: Collection[str]) -> int:
    """Hold notices back no longer.

    Returns:
        How many were held back until now.
    """
    entries = [store.notice(key) for key in keys]
    return sum(
        store.forget_notice(entry)
        for entry in entries
        if entry is not None and entry.state is NoticeState.HELD
    )
