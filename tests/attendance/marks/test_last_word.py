"""A person's word stands: no order of sightings, new sockets, restarts and undos lets a camera change it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Event

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from attendance.errors import SessionClosedError
from attendance.live.live_streams import LiveStreams
from attendance.live.values import LiveStatus
from attendance.marks.last_word import Remark, contradiction_of, has_last_word, kept_status
from attendance.marks.sightings import Sighting, Sightings
from attendance.marks.verdict import VerdictCode
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.remembered_marks import RememberedMarks
from tests.attendance.site import COLLINS, HOPPER, Site, enrol_two, open_site
from tests.attendance.store.databases import MongomockPlace, NXServer, Place, SQLitePlace

ROOT = Path(__file__).resolve().parents[3]
ROLLS = ("1", "2")
FACES = {"1": COLLINS, "2": HOPPER}
BY_HAND = (MarkStatus.PRESENT, MarkStatus.LATE, MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN)
NOTES = ("", "why", "undone", "seen by a camera", "checked in again")  # whatever a teacher types
PLACES: dict[str, Callable[[Path], Place]] = {
    "sqlite": lambda folder: SQLitePlace(folder / "attendance.sqlite3"),
    "mongomock": lambda _folder: MongomockPlace(),
}


@dataclass(frozen=True)
class Stand:
    """What the rule of docs/sessions.md makes of a mark, told from the acts and not from the history.

    Attributes:
        status: None before there is any mark.
        word: whether a person's word stands.
        act: who made it so: ``person``, ``camera``, ``student``, or ``closing``.
        came: whether the student had checked in before a person's word that stands.
    """

    status: MarkStatus | None = None
    word: bool = False
    act: str = "closing"
    came: bool = False

    @property
    def is_there(self) -> bool:
        return self.status is not None and self.status.is_there

    @property
    def is_missing(self) -> bool:
        return self.status in (None, MarkStatus.WITHDRAWN)

    @property
    def is_taken_back(self) -> bool:
        return self.word and self.came and self.status is MarkStatus.ABSENT


class Words(RuleBasedStateMachine):
    """A day on which cameras look on while a teacher corrects, undoes, closes and reopens.

    Attributes:
        kind: of ``PLACES``.
    """

    kind: str

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = PLACES[self.kind](Path(self.folder.name))
        self.clock = FrozenClock()
        self.stores: list[Store] = []
        self.site = self.opened()
        enrol_two(self.site)
        self.session = self.site.session
        self.known = RememberedMarks()
        self.stands = {roll: [Stand()] for roll in ROLLS}
        self.grants = 0

    def opened(self) -> Site:
        store = self.place.open()
        self.stores.append(store)
        return open_site(Path(self.folder.name), store=store, clock=self.clock, late_after=None)

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.folder.cleanup()

    @property
    def is_open(self) -> bool:
        return self.site.class_sessions.get(self.session.id).is_open(self.clock.now())

    def note(self, roll: str, status: MarkStatus, *, word: bool, act: str) -> None:
        came = any(earlier.act == "student" for earlier in self.stands[roll])
        self.stands[roll].append(Stand(status, word, act, came))

    @rule(roll=st.sampled_from(ROLLS), method=st.sampled_from((MarkMethod.FACE, MarkMethod.CLASSROOM_PHOTO)))
    def a_camera_sees(self, roll: str, method: MarkMethod) -> None:
        now, sightings = self.stands[roll][-1], Sightings(self.site.store, self.clock)
        sighting = Sighting(self.site.student(roll).id, 0.9, by="teacher", device="door", method=method)
        if not self.is_open:
            with pytest.raises(SessionClosedError):
                sightings.mark(self.session.id, sighting)
            return
        found = sightings.mark(self.session.id, sighting)
        stays = now.is_there or now.word
        assert (found.is_new, found.is_kept) == (not stays, now.word and not now.is_there)
        if not stays:
            self.note(roll, MarkStatus.PRESENT, word=False, act="camera")

    @rule(roll=st.sampled_from(ROLLS))
    def a_new_socket_opens(self, roll: str) -> None:
        streams = LiveStreams(self.site.store, self.clock, self.site.matcher, self.site.class_sessions)
        course = self.site.sessions.course_of(self.session)
        now, camera = self.stands[roll][-1], streams.open_separate(self.session.id, course, by="api:door")
        [face] = camera.look(photo_of(FACES[roll]), 0.0).faces
        if now.is_there:
            assert face.status is LiveStatus.ALREADY
        elif now.word:
            assert face.status is LiveStatus.KEPT
        elif self.is_open:
            assert face.status is LiveStatus.MARKED
            self.note(roll, MarkStatus.PRESENT, word=False, act="camera")
        else:
            assert face.status is LiveStatus.RECOGNISED

    @rule(roll=st.sampled_from(ROLLS))
    def a_teacher_clicks(self, roll: str) -> None:
        if not self.is_open:
            return
        sighting = Sighting(self.site.student(roll).id, 0.9, by="teacher", by_person=True)
        is_new = Sightings(self.site.store, self.clock).mark(self.session.id, sighting).is_new
        assert is_new == (not self.stands[roll][-1].is_there)
        if is_new:
            self.note(roll, MarkStatus.PRESENT, word=True, act="person")

    @rule(roll=st.sampled_from(ROLLS))
    def the_student_checks_in(self, roll: str) -> None:
        if not self.is_open:
            return
        self.grants += 1
        now = self.stands[roll][-1]
        verdict = self.site.submit(photo_of(FACES[roll]), f"grant-{self.grants}", session=self.session)
        if now.is_taken_back:
            assert verdict.code is VerdictCode.NEEDS_REVIEW
            return
        assert verdict.student_id == self.site.student(roll).id
        self.site.alarms.wait()  # mongomock is not made for another thread
        if not now.is_there:
            self.note(roll, MarkStatus.PRESENT, word=False, act="student")

    @rule(roll=st.sampled_from(ROLLS), status=st.sampled_from(BY_HAND), note=st.sampled_from(NOTES))
    def by_hand(self, roll: str, status: MarkStatus, note: str) -> None:
        before = self.site.mark_of(roll, self.session)
        mark = self.site.marking.mark(roll, status, by="teacher", note=note, session=self.session)
        if mark != before:
            self.note(roll, status, word=True, act="person")

    @rule(roll=st.sampled_from(ROLLS), note=st.sampled_from(NOTES))
    def take_back(self, roll: str, note: str) -> None:
        before, student_id = self.site.mark_of(roll, self.session), self.site.student(roll).id
        mark = self.site.corrections.take_back(self.session.id, student_id, by="api:Timetable", note=note)
        if mark != before:
            self.note(roll, MarkStatus.WITHDRAWN, word=True, act="person")

    @rule(status=st.sampled_from((MarkStatus.PRESENT, MarkStatus.ABSENT)), note=st.sampled_from(NOTES))
    def the_rest(self, status: MarkStatus, note: str) -> None:
        missing = [roll for roll in ROLLS if self.stands[roll][-1].is_missing]
        written = self.site.corrections.mark_rest(self.session.id, status, by="teacher", note=note)
        assert {mark.student_id for mark in written} == {self.site.student(roll).id for roll in missing}
        for roll in missing:
            self.note(roll, status, word=True, act="person")

    @rule(roll=st.sampled_from(ROLLS))
    def undo(self, roll: str) -> None:
        mark = self.site.mark_of(roll, self.session)
        if mark is None:
            return
        done = self.site.corrections.undo(
            self.session.id, mark.student_id, version=mark.version, by="teacher"
        )
        assert done is not None
        before, undone = self.stands[roll][-2:]
        word = True if undone.act in ("camera", "student") else before.word
        self.note(roll, before.status or MarkStatus.WITHDRAWN, word=word, act="person")
        if before.word:  # which stands again, as it was
            self.stands[roll][-1] = replace(self.stands[roll][-1], came=before.came)

    @rule()
    def close(self) -> None:
        if not self.is_open:
            return
        self.site.closing.close(self.session.id, by="teacher")
        for roll in ROLLS:
            now = self.stands[roll][-1]
            if now.is_missing:
                self.note(roll, MarkStatus.ABSENT, word=now.word, act="closing")

    @rule()
    def reopen(self) -> None:
        if self.is_open:
            return
        before = {roll: self.site.mark_of(roll, self.session) for roll in ROLLS}
        self.site.closing.reopen(self.session.id, by="teacher")
        for roll, mark in before.items():
            if self.site.mark_of(roll, self.session) != mark:
                self.note(roll, MarkStatus.WITHDRAWN, word=self.stands[roll][-1].word, act="closing")

    @rule()
    def restart(self) -> None:
        self.site = self.opened()

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def the_marks_are_what_was_said(self) -> None:
        self.known.look(self.site.store.marks(self.session.id))
        for roll in ROLLS:
            mark, stand = self.site.mark_of(roll, self.session), self.stands[roll][-1]
            assert (mark.status if mark else None) == stand.status
            assert mark is None or has_last_word(mark) == stand.word


class WordsInSQLite(Words):
    kind = "sqlite"


class WordsInMongo(Words):
    kind = "mongomock"


@pytest.mark.parametrize("words", [WordsInSQLite, WordsInMongo])
def test_whatever_happens_a_camera_never_changes_what_a_person_said(words: type[Words]) -> None:
    run_state_machine_as_test(
        words,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture(params=PLACES)
def everywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A class of two on either store."""
    site = open_site(tmp_path, store=PLACES[request.param](tmp_path).open())
    enrol_two(site)
    yield site
    site.store.close()


def look_on(site: Site, session_id: str, stop: Event, start: Barrier) -> None:
    """A camera that sees the first student all the time."""
    sightings, student_id = Sightings(site.store, site.clock), site.student("1").id
    start.wait()
    while not stop.is_set():
        sightings.mark(session_id, Sighting(student_id, 0.9, by="camera"))


def test_a_correction_among_cameras_that_look_on_stands(everywhere: Site) -> None:
    site, stop, start = everywhere, Event(), Barrier(4)
    session = site.session
    with ThreadPoolExecutor(3) as pool:
        looking = [pool.submit(look_on, site, session.id, stop, start) for _ in range(3)]
        try:
            start.wait()
            for status in (MarkStatus.ABSENT, MarkStatus.PRESENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN):
                said = site.marking.mark("1", status, by="teacher", session=session)
                for _ in range(20):
                    mark = site.mark_of("1", session)
                    assert mark is not None
                    assert (mark.status, mark.history[: said.version]) == (status, said.history)
        finally:
            stop.set()
        for each in looking:
            each.result()


@pytest.mark.server
@pytest.mark.parametrize("kind", ["sqlite", "mongodb"])
def test_a_correction_among_cameras_of_other_processes_stands(kind: str, tmp_path: Path) -> None:
    server = NXServer(tmp_path / "server") if kind == "mongodb" else None
    if server is not None:
        server.start()
    try:
        place = PLACES["sqlite"](tmp_path) if server is None else server.place()
        site = open_site(tmp_path, store=place.open())
        enrol_two(site)
        session = site.session
        command = [sys.executable, "-m", "tests.attendance.sighting_process", place.address or ""]
        running = [
            subprocess.Popen(
                [*command, session.id, site.student("1").id],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        for status in (MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN, MarkStatus.ABSENT):
            said = site.marking.mark("1", status, by="teacher", session=session)
            for _ in range(20):
                mark = site.mark_of("1", session)
                assert mark is not None
                assert (mark.status, mark.history[: said.version]) == (status, said.history)
        told = [process.communicate(b"stop\n", timeout=60)[0] for process in running]
        assert all(int(seen) > 0 for seen in told)
        site.store.close()
    finally:
        if server is not None:
            server.kill()


def sees(site: Site) -> Mark:
    sighting = Sighting(site.student("1").id, 0.9, by="teacher", device="door")
    return Sightings(site.store, site.clock).mark(site.session.id, sighting).mark


def test_the_board_learns_that_a_camera_saw_who_is_absent_by_hand(class_of_two: Site) -> None:
    site = class_of_two
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=site.session)
    site.clock.advance(minutes=5)
    seen_at = site.clock.now()
    found = contradiction_of(sees(site))
    assert found is not None
    assert (found.remark, found.at, found.word) == (Remark.SEEN, seen_at, MarkStatus.ABSENT)
    right = site.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=site.session)
    assert contradiction_of(right) is None


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED])
def test_a_students_own_check_in_follows_a_teachers_word_and_the_board_learns_it(
    class_of_two: Site, status: MarkStatus
) -> None:
    site = class_of_two
    site.marking.mark("1", status, by="teacher", session=site.session)
    site.clock.advance(minutes=5)
    site.submit(photo_of(COLLINS))
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there
    found = contradiction_of(mark)
    assert found is not None
    assert (found.remark, found.at, found.word) == (Remark.CHECKED_IN, site.clock.now(), status)
    confirmed = site.marking.mark("1", mark.status, by="teacher", session=site.session)
    assert contradiction_of(confirmed) is None


def test_a_photo_that_waited_for_the_network_is_remarked_on_with_the_time_of_its_arrival(
    class_of_two: Site,
) -> None:
    """Its mark counts from when the page was opened, which was before the teacher's word."""
    site, opened_at = class_of_two, class_of_two.clock.now()
    site.clock.advance(minutes=2)
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=site.session)
    site.clock.advance(minutes=1)
    photo = photo_of(COLLINS)
    site.submit(photo, attempt=replace(site.attempt(photo), opened_at=opened_at))
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.at == opened_at
    found = contradiction_of(mark)
    assert found is not None
    assert (found.remark, found.at) == (Remark.CHECKED_IN, site.clock.now())


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED, MarkStatus.WITHDRAWN])
def test_an_objection_to_the_check_in_after_a_teachers_word_opens_no_door_to_cameras(
    class_of_two: Site, status: MarkStatus
) -> None:
    site, photo = class_of_two, photo_of(COLLINS)
    site.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=site.session)
    if status is MarkStatus.WITHDRAWN:
        site.corrections.take_back(site.session.id, site.student("1").id, by="teacher")
    else:
        site.marking.mark("1", status, by="teacher", session=site.session)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt)
    assert site.check_in.not_me(site.session, attempt, photo)
    mark = sees(site)
    assert (mark.under_review, mark.counts_as_there, kept_status(mark)) == (True, False, status)
    found = contradiction_of(mark)
    assert found is not None
    assert (found.remark, found.word) == (Remark.SEEN, status)
    site.submit(photo, attempt=site.attempt(photo, "grant-2"))  # the student's own check-in still counts
    again = site.mark_of("1")
    assert again is not None
    found = contradiction_of(again)
    assert found is not None
    assert (found.remark, found.word) == (Remark.CHECKED_IN, status)


def test_a_camera_marks_who_objected_to_a_check_in_that_followed_no_word(class_of_two: Site) -> None:
    site, photo = class_of_two, photo_of(COLLINS)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt)
    assert site.check_in.not_me(site.session, attempt, photo)
    assert sees(site).counts_as_there


def test_nothing_contradicts_a_mark_that_only_cameras_and_phones_made(class_of_two: Site) -> None:
    site = class_of_two
    sees(site)
    site.submit(photo_of(COLLINS))
    mark = site.mark_of("1")
    assert mark is not None
    assert contradiction_of(mark) is None


def test_a_tap_on_the_absence_that_nobody_decided_makes_it_a_word(class_of_two: Site) -> None:
    """Closing wrote it; whoever taps it while the session is open again means it."""
    site = class_of_two
    site.closing.close(site.session.id, by="clock-work")
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=site.session)
    site.closing.reopen(site.session.id, by="teacher")
    assert sees(site).status is MarkStatus.ABSENT


def test_undos_of_earlier_versions_are_understood(class_of_two: Site) -> None:
    """They don't record what they brought back."""
    site = class_of_two
    at, student_id = site.clock.now(), site.student("1").id
    by_camera = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "teacher")
    absent = MarkEvent(at, MarkStatus.ABSENT, MarkMethod.MANUAL, "teacher")
    undone = replace(by_camera, note="undone")
    nothing = MarkEvent(at, MarkStatus.WITHDRAWN, MarkMethod.MANUAL, "teacher", note="undone")
    for history, word in (
        ((absent,), True),
        ((by_camera,), False),
        ((by_camera, absent, undone), False),
        ((by_camera, nothing), True),
        ((absent, nothing), False),
        ((by_camera, nothing, undone), False),
    ):
        last = history[-1]
        mark = Mark(
            site.session.id, student_id, last.status, last.method, at, version=len(history), history=history
        )
        assert has_last_word(mark) is word, history
