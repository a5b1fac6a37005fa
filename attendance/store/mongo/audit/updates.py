"""What a document is after an update, as far as the store's own updates go."""

from __future__ import annotations

from typing import Any

from attendance.store.records import Record


def fields_of(update: Record) -> set[str]:
    """The top-level fields that an update changes."""
    return {name.partition(".")[0] for changes in update.values() for name in changes}


def after_update(before: Record, update: Record) -> Record:
    """A document after an update with ``$set``, ``$unset``, ``$inc`` and ``$pull``.

    Other operators change nothing that the chain watches.
    """
    after: Record = before | update.get("$set", {})
    for name in update.get("$unset", {}):
        after.pop(name, None)
    for name, more in update.get("$inc", {}).items():
        after[name] = after.get(name, 0) + more
    for name, pulled in update.get("$pull", {}).items():
        after[name] = [each for each in after.get(name) or () if not _is_pulled(each, pulled)]
    return after


def _is_pulled(element: Any, pulled: Any) -> bool:
    if isinstance(pulled, dict) and isinstance(element, dict):
        return all(element.get(name) == value for name, value in pulled.items())
    return bool(element == pulled)
