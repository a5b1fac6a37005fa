"""A review is stored once, and its snapshot only as long as it is needed."""

from __future__ import annotations

from pathlib import Path

from attendance.files.snapshots import Snapshots
from attendance.marks.reviews.review_queue import reference, send_to_review
from attendance.values import ConsentParty, Review, ReviewCandidate, ReviewReason, Withdrawal
from tests.attendance.site import Site


def review_of(site: Site) -> Review:
    candidate = ReviewCandidate(site.student("1").id, 0.9)
    return Review("grant:digest", site.session.id, ReviewReason.UNPROVEN, (candidate,), site.clock.now())


def test_a_retry_after_the_decision_leaves_no_picture(class_of_two: Site) -> None:
    site = class_of_two
    send_to_review(site.store, site.snapshots, review_of(site), b"picture")
    assert len(site.pictures()) == 1
    site.reviews.refuse("grant:digest", by="teacher")
    send_to_review(site.store, site.snapshots, review_of(site), b"picture")
    assert site.pictures() == []
    assert site.reviews.held() == []


def test_a_folder_that_can_not_be_written_costs_the_picture_and_not_the_review(
    class_of_two: Site, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    send_to_review(class_of_two.store, Snapshots(tmp_path / "file"), review_of(class_of_two), b"picture")
    [held] = class_of_two.reviews.held()
    assert held.snapshot is None


def test_who_objects_after_the_comparison_is_in_no_picture(class_of_two: Site) -> None:
    site = class_of_two
    objection = Withdrawal(site.clock.now(), "office", ConsentParty.GUARDIAN)
    site.students.withdraw_consent(site.student("1").id, objection)
    review = send_to_review(site.store, site.snapshots, review_of(site), b"picture")
    assert site.reviews.held()[0].review == review, "a person decides all the same"
    assert site.pictures() == []


def test_a_review_is_called_the_same_each_time_and_tells_no_grant() -> None:
    assert reference("grant:digest") == reference("grant:digest") != reference("grant:other")
    assert "grant" not in reference("grant:digest")
