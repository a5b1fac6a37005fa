"""Under which terms students are enrolled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EnrolmentTerms:
    """The options of enrolling, the same for all students of one folder or file.

    Attributes:
        among: how many others there will be, so that the first of many is judged like the last.
        allow_look_alike: enrol a face even if it would be mistaken for another student's.
        may_rename: accept another name for an enrolled student; else such a student is refused.
        dry_run: report what would happen without writing anything.
    """

    among: int = 0
    allow_look_alike: bool = False
    may_rename: bool = True
    dry_run: bool = False


USUAL_TERMS = EnrolmentTerms()
