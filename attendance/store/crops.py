"""Which face crops of a student stay in the register."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attendance.store.records import Record

MOST_CROPS = 5
"""Face crops of one student. More photos hardly help, and each crop has 30 kB on average, 77 at most."""


def kept_crops(records: Iterable[Record], sources: Collection[str]) -> list[Record]:
    """The best crops, one of each photo, the first of them, and none without a template of its photo.

    Args:
        records: of the crops of one student, those that are stored already first.
        sources: the photos of the student's templates.
    """
    of_photo: dict[str, Record] = {}
    for record in records:
        if record["source"] in sources:
            of_photo.setdefault(record["source"], record)
    return sorted(of_photo.values(), key=_order)[:MOST_CROPS]


def _order(record: Record) -> tuple[float, str]:
    return (-record["quality"], record["source"])
