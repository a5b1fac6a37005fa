"""Watches the marks of one session through any order of steps: one each, and no history lost."""

from __future__ import annotations

from collections.abc import Sequence

from attendance.values import Mark


class RememberedMarks:
    """Remembers each mark as it was last seen."""

    def __init__(self) -> None:
        self._known: dict[str, Mark] = {}

    def look(self, marks: Sequence[Mark]) -> None:
        """Hold the marks of the session against what was seen before."""
        assert len({mark.student_id for mark in marks}) == len(marks)
        assert self._known.keys() <= {mark.id for mark in marks}
        for mark in marks:
            last = mark.history[-1]
            assert (last.status, last.method, last.under_review) == (
                mark.status,
                mark.method,
                mark.under_review,
            )
            assert len(mark.history) == mark.version
            earlier = self._known.get(mark.id)
            if earlier is not None:
                assert mark.history[: len(earlier.history)] == earlier.history
                assert mark.version > earlier.version or mark == earlier
            self._known[mark.id] = mark
