"""Under which terms students are enrolled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EnrolmentTerms:
    """What is asked for besides the student, the same for all of one folder or file.

    Attributes:
        among: how many others there will be, so that the first of many is judged like the last.
        allow_look_alike: enrol also a face that is taken for another student's.
        may_rename: give somebody who is enrolled another name; else such a student is refused.
        dry_run: say what would happen and write nothing.
    """

    among: int = 0
    allow_look_alike: bool = False
    may_rename: bool = True
    dry_run: bool = False


USUAL_TERMS = EnrolmentTerms()
