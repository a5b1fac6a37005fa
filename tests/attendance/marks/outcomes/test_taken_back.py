"""What follows from a check-in of a student whom a person marked absent before."""

from __future__ import annotations

from attendance.marks.verdict import VerdictCode
from attendance.values import MarkStatus, ReviewReason
from tests.attendance.marks.outcomes.moving import photo_and_attempt, right
from tests.attendance.site import COLLINS, Site


def checks_in(site: Site, grant: str, *, take: int = 0) -> VerdictCode:
    photo, attempt = photo_and_attempt(site, COLLINS, grant, take)
    return site.submit(photo, attempt=attempt, burst=right(site, COLLINS, attempt, take=take)).code


def is_absent(site: Site) -> bool:
    mark = site.mark_of("1")
    return mark is not None and mark.status is MarkStatus.ABSENT


def test_a_check_in_that_a_teacher_took_back_needs_the_teacher_again(class_of_two: Site) -> None:
    site = class_of_two
    assert checks_in(site, "g1") is VerdictCode.LATE
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=site.session)
    assert checks_in(site, "g2", take=1) is VerdictCode.NEEDS_REVIEW
    assert is_absent(site)
    (held,) = site.reviews.held()
    assert held.review.reason is ReviewReason.TAKEN_BACK


def test_a_student_who_comes_after_being_marked_absent_checks_in(class_of_two: Site) -> None:
    class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=class_of_two.session)
    assert checks_in(class_of_two, "g1") is VerdictCode.LATE
    assert not class_of_two.reviews.held()
