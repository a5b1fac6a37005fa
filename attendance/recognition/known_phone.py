"""Whose phone a check-in comes from, by its earlier ones, so that the face is compared with them first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from attendance.recognition.matcher import Matcher
from attendance.store.protocol import Store
from attendance.values import Course
from face_detection.values import Embedding
from face_matching.decision import Decision, Match

MOST_SHARING = 3
"""Students who share a phone, such as siblings; one that more have used belongs to nobody."""

LATEST = 50
"""Earlier check-ins of a phone that are looked at: more than one course has in a term."""


def students_of(store: Store, device: str | None) -> tuple[str, ...]:
    """The students who checked in with a phone and whose marks still count, the latest first.

    A phone's word for its own name is enough: somebody who copies it only chooses with whom their face is
    compared first, and the rate of false matches of that comparison is the same for everybody.

    Args:
        store: the register's database.
        device: the phone's key, or what it calls itself; None: not known.

    Returns:
        Their ids; empty for an unknown phone, and for one of more than `MOST_SHARING` students.
    """
    found = [] if device is None else store.students_of_device(device, LATEST)
    return tuple(found) if len(found) <= MOST_SHARING else ()


@dataclass(frozen=True, eq=False)
class KnownFirst:
    """Decides who checks in, comparing a face with the students of its phone first.

    Attributes:
        store: the register's database.
        only_known: whether nobody else is compared, so that an unknown phone has to name its student
            (``ATTENDANCE_ONE_TO_ONE=known``).
    """

    store: Store
    only_known: bool = False

    def lacks_number(self, device: str | None, claimed: str) -> bool:
        """Whether nothing says whom the face should be compared with.

        Args:
            device: as for `students_of`.
            claimed: the roll number that was typed, or nothing.
        """
        return self.only_known and not claimed.strip() and not students_of(self.store, device)

    def decide(
        self, matcher: Matcher, embedding: Embedding, course: Course, device: str | None, claimed: str = ""
    ) -> Decision:
        """Decide which student of a course one face is.

        A typed roll number counts where nobody is searched. One that doesn't exist, or isn't on the roster,
        is answered as somebody else's face is, so that nobody learns which numbers there are.

        Args:
            matcher: identifies faces.
            embedding: ``(D,)`` float32 of length 1, made by the matcher's pipeline.
            course: whose roster counts.
            device: as for `students_of`.
            claimed: the roll number that was typed, or nothing.

        Raises:
            EngineMismatchError: the templates are of another engine or detector.
        """
        if not self.only_known:
            known = students_of(self.store, device)
            return matcher.verify_known(embedding, known, course) or matcher.identify(embedding, course)
        if not claimed.strip():
            return matcher.verify(embedding, students_of(self.store, device), course)
        student = self.store.student_by_roll(claimed)
        return matcher.verify(embedding, () if student is None else (student.id,), course)

    def elsewhere(self, matcher: Matcher, embedding: Embedding, course: Course) -> Match | None:
        """The match in the whole school if nobody on the roster matches; only without any doubt.

        Args:
            matcher: identifies faces.
            embedding: as for `decide`.
            course: whose roster did not match.

        Raises:
            EngineMismatchError: the templates are of another engine or detector.
        """
        if course.roster is None or self.only_known:
            return None
        decision = matcher.identify(embedding, replace(course, roster=None))
        if isinstance(decision, Match) and decision.student_id not in course.roster:
            return decision
        return None
