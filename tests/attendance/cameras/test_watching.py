"""A camera that watches a session marks who passes, and touches nothing that was said before."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from attendance.cameras.watch_values import Passing, Sight, WatchNews, WatchNewsKind, WatchTerms
from attendance.cameras.watching import Watch, Watching
from attendance.errors import SessionClosedError
from attendance.values import MarkMethod, MarkStatus, ReviewReason
from face_detection.values import Photo
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site

TERMS = WatchTerms(by="grace", device="camera 0")
EMPTY: Mapping[bytes, tuple[int, int]] = {}


def frame_of(faces: Mapping[bytes, tuple[int, int]]) -> Photo:
    """A white room with faces whose upper left corners are at these places."""
    room = Image.new("RGB", (480, 200), (255, 255, 255))
    for face, place in faces.items():
        room.paste(Image.open(io.BytesIO(face)), place)
    return Photo(np.asarray(room), (200, 480))


@pytest.fixture
def watching(class_of_two: Site) -> Watching:
    site = class_of_two
    return Watching(
        site.store,
        site.clock,
        matcher=site.matcher,
        sessions=site.sessions,
        class_sessions=site.class_sessions,
        snapshots=site.snapshots,
    )


@pytest.fixture
def watch(watching: Watching, class_of_two: Site) -> Watch:
    return watching.start(class_of_two.session, TERMS)


def passes(
    watch: Watch, faces: Mapping[bytes, tuple[int, int]], *, seconds: float = 1.0, since: float = 0.0
) -> list[WatchNews]:
    """Show people for so long, at ten frames a second; returns what was reported."""
    news: list[WatchNews] = []
    for number in range(round(seconds * 10)):
        news += watch.look(frame_of(faces), since + number / 10).news
    return news


def last_sight(watch: Watch, faces: Mapping[bytes, tuple[int, int]], *, seconds: float) -> Sight:
    passes(watch, faces, seconds=seconds)
    return watch.look(frame_of(faces), seconds)


def test_who_passes_is_marked_once(watch: Watch, class_of_two: Site) -> None:
    assert class_of_two.session.late_at is not None
    class_of_two.clock.moment = class_of_two.session.late_at - timedelta(minutes=1)
    news = passes(watch, {photo_of(COLLINS): (20, 60)}, seconds=5)
    assert [(one.kind, one.student.roll_number) for one in news] == [(WatchNewsKind.MARKED, "1")]
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert news[0].mark == mark
    assert (mark.status, mark.method) == (MarkStatus.PRESENT, MarkMethod.CLASSROOM_PHOTO)
    assert (mark.device, mark.history[0].by) == ("camera 0", "grace")
    assert mark.score == pytest.approx(1.0)
    assert class_of_two.mark_of("2") is None


def test_who_comes_late_is_late(watch: Watch, class_of_two: Site) -> None:
    late_at = class_of_two.session.late_at
    assert late_at is not None
    class_of_two.clock.moment = late_at + timedelta(minutes=1)
    (news,) = passes(watch, {photo_of(COLLINS): (20, 60)})
    assert news.mark is not None
    assert news.mark.status is MarkStatus.LATE


def test_a_single_frame_marks_nobody(watch: Watch, class_of_two: Site) -> None:
    assert passes(watch, {photo_of(COLLINS): (20, 60)}, seconds=0.2) == []
    assert class_of_two.mark_of("1") is None


def test_several_pass_together(watch: Watch) -> None:
    faces = {photo_of(COLLINS): (20, 60), photo_of(HOPPER): (160, 60), photo_of(STRANGER): (300, 60)}
    assert {one.student.roll_number for one in passes(watch, faces)} == {"1", "2"}


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.LATE])
def test_a_mark_that_stands_stays(watch: Watch, class_of_two: Site, status: MarkStatus) -> None:
    said = class_of_two.marking.mark("1", status, by="teacher", session=class_of_two.session)
    (news,) = passes(watch, {photo_of(COLLINS): (20, 60)})
    kind = WatchNewsKind.STAYS if status.is_there else WatchNewsKind.KEPT
    assert (news.kind, news.mark) == (kind, class_of_two.mark_of("1"))
    assert news.mark is not None
    assert (news.mark.status, news.mark.history[:1]) == (status, said.history)
    assert len(news.mark.history) == (1 if status.is_there else 2)  # and a note that the student was seen


def test_a_watch_marks_again_who_is_in_view_when_a_teacher_undoes_the_absence(
    watch: Watch, class_of_two: Site
) -> None:
    session = class_of_two.session
    said = class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=session)
    (news,) = passes(watch, {photo_of(COLLINS): (20, 60)})
    assert news.kind is WatchNewsKind.KEPT
    class_of_two.corrections.undo(session.id, said.student_id, version=said.version, by="teacher")
    (again,) = passes(watch, {photo_of(COLLINS): (20, 60)}, since=60.0)
    assert again.kind is WatchNewsKind.MARKED


def test_a_dry_run_writes_nothing_and_says_what_would_be_written(
    watching: Watching, class_of_two: Site
) -> None:
    class_of_two.marking.mark("2", MarkStatus.EXCUSED, by="teacher", session=class_of_two.session)
    watch = watching.start(class_of_two.session, WatchTerms("grace", "camera 0", dry_run=True))
    news = passes(watch, {photo_of(COLLINS): (20, 60), photo_of(HOPPER): (160, 60)})
    assert {(one.kind, one.student.roll_number) for one in news} == {
        (WatchNewsKind.MARKED, "1"),
        (WatchNewsKind.KEPT, "2"),
    }
    assert class_of_two.mark_of("1") is None


def test_a_dry_run_reports_what_would_need_review_and_writes_nothing(
    watching: Watching, class_of_two: Site
) -> None:
    watch = watching.start(class_of_two.session, WatchTerms("grace", "camera 0", dry_run=True))
    passes(watch, {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)})
    assert [(one.kind, one.student.roll_number) for one in watch.end()] == [(WatchNewsKind.HELD, "1")]
    assert class_of_two.store.reviews() == []
    assert class_of_two.pictures() == []


def test_nobody_is_marked_after_the_session_was_closed(watch: Watch, class_of_two: Site) -> None:
    passes(watch, EMPTY)
    assert watch.is_open()
    class_of_two.closing.close(class_of_two.session.id, by="teacher")
    assert not watch.is_open()
    with pytest.raises(SessionClosedError):
        passes(watch, {photo_of(COLLINS): (20, 60)}, since=2.0)
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert mark.status is MarkStatus.ABSENT


def test_a_closed_session_is_not_watched(watching: Watching, class_of_two: Site) -> None:
    class_of_two.closing.close(class_of_two.session.id, by="teacher")
    with pytest.raises(SessionClosedError, match="is not open"):
        watching.start(class_of_two.session, TERMS)


def test_who_enrols_meanwhile_is_recognised(watch: Watch, class_of_two: Site) -> None:
    passes(watch, {photo_of(STRANGER): (20, 60)})
    class_of_two.enrol("3", photo_of(STRANGER), name="Sally Ride")
    (news,) = passes(watch, {photo_of(STRANGER): (300, 60)}, since=6.0)
    assert news.student.name == "Sally Ride"


def test_a_doubtful_face_is_put_into_review_once_with_a_picture(watch: Watch, class_of_two: Site) -> None:
    unsure = {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)}  # passes, but is not proven
    news = passes(watch, unsure, seconds=1)
    assert news == [], "later frames may settle it"
    news = passes(watch, EMPTY, seconds=3, since=1.0)
    assert [(one.kind, one.student.roll_number) for one in news] == [(WatchNewsKind.HELD, "1")]
    (review,) = class_of_two.store.reviews()
    assert (review.reason, review.device) == (ReviewReason.UNPROVEN, "camera 0")
    assert class_of_two.pictures() == [review.snapshot]
    assert passes(watch, unsure, since=5.0) + passes(watch, EMPTY, seconds=3, since=6.0) == []
    assert len(class_of_two.store.reviews()) == 1
    assert class_of_two.mark_of("1") is None


def test_another_watch_of_the_session_does_not_hold_it_again(
    watching: Watching, watch: Watch, class_of_two: Site
) -> None:
    unsure = {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)}
    passes(watch, unsure)
    assert len(watch.end()) == 1
    second = watching.start(class_of_two.session, TERMS)
    passes(second, unsure)
    assert second.end() == ()
    assert len(class_of_two.store.reviews()) == 1


def test_a_doubt_about_somebody_who_has_a_mark_is_not_held(watch: Watch, class_of_two: Site) -> None:
    class_of_two.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=class_of_two.session)
    passes(watch, {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)})
    assert watch.end() == ()
    assert class_of_two.store.reviews() == []


def test_a_doubt_that_later_frames_settle_is_not_held(watch: Watch, class_of_two: Site) -> None:
    passes(watch, {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)}, seconds=0.5)
    news = passes(watch, {photo_of(COLLINS): (20, 60)}, seconds=8, since=0.5)
    assert [one.kind for one in news] == [WatchNewsKind.MARKED]
    assert watch.end() == ()
    assert class_of_two.store.reviews() == []


@pytest.mark.parametrize(("terms", "found"), [(TERMS, 1), (replace(TERMS, smallest_face=20), 2)])
def test_how_small_a_face_may_be_can_be_said(
    watching: Watching, class_of_two: Site, terms: WatchTerms, found: int
) -> None:
    watch = watching.start(class_of_two.session, terms)
    sight = watch.look(frame_of({photo_of(COLLINS): (20, 60), photo_of(HOPPER, side=24): (200, 60)}), 0.0)
    assert len(sight.passers) == found


def test_what_is_shown_of_a_face_goes_from_waiting_to_its_name(watch: Watch) -> None:
    faces = {photo_of(COLLINS): (20, 60), photo_of(STRANGER): (300, 60)}
    first = watch.look(frame_of(faces), 0.0)
    assert [passer.passing for passer in first.passers] == [Passing.WAITING] * 2
    sight = last_sight(watch, faces, seconds=12)
    assert [(one.passing, one.student.name if one.student else None) for one in sight.passers] == [
        (Passing.NAMED, "Eileen Collins"),
        (Passing.UNKNOWN, None),
    ]


def test_a_student_who_is_erased_meanwhile_is_not_marked(watch: Watch, class_of_two: Site) -> None:
    class_of_two.students.remove("1")
    assert passes(watch, {photo_of(COLLINS): (20, 60)}) == []


def test_a_recordings_marks_have_its_times(watching: Watching, class_of_two: Site) -> None:
    began = class_of_two.clock.now()
    class_of_two.clock.advance(minutes=20)
    watch = watching.start(class_of_two.session, replace(TERMS, began_at=began))
    (news,) = passes(watch, {photo_of(COLLINS): (20, 60)}, since=60)
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert began + timedelta(seconds=60) <= mark.at < began + timedelta(seconds=62)
    assert news.at == mark.at


def test_a_recordings_doubts_have_its_times(watching: Watching, class_of_two: Site) -> None:
    began = class_of_two.clock.now()
    class_of_two.clock.advance(minutes=20)
    watch = watching.start(class_of_two.session, replace(TERMS, began_at=began))
    passes(watch, {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)})
    watch.end()
    (held,) = class_of_two.store.reviews()
    assert began <= held.created_at < began + timedelta(seconds=2)


def test_nothing_was_seen_later_than_now(watching: Watching, class_of_two: Site) -> None:
    began = class_of_two.clock.now()
    watch = watching.start(class_of_two.session, replace(TERMS, began_at=began))
    assert watch.marks.moment(3600) == began
