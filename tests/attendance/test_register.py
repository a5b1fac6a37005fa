"""The register put together: with the fake engine, and with the real ones and real portraits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.errors import StoreUnavailableError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.code_claims import claim_attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import Verdict, VerdictCode
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent, MarkStatus, ReviewReason
from tests.attendance.fake_engines import open_fake_register
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS, GRANT_LIFETIME, HOPPER
from tests.portraits import render

ROOT = Path(__file__).resolve().parents[2]


def enrol(register: Register, roll_number: str, name: str, photo: bytes) -> EnrolmentResult:
    consent = Consent(register.clock.now(), "office", "signed form")
    return register.enrolment.enrol(NewStudent(roll_number, name), {"photo.jpg": photo}, consent)


def submit(register: Register, photo: bytes, grant: str) -> Verdict:
    attempt = Attempt.of(grant, photo, device="phone", expires_at=register.clock.now() + GRANT_LIFETIME)
    return register.check_in.submit(
        register.sessions.today(), Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
    )


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    settings = Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
    with open_fake_register(settings, clock=FrozenClock()) as opened:
        yield opened


def test_everything_is_one_register(register: Register) -> None:
    enrol(register, "1", "Eileen Collins", photo_of(COLLINS))
    verdict = submit(register, photo_of(COLLINS, blend=15), "grant-1")
    assert verdict.code is VerdictCode.NEEDS_REVIEW
    [held] = register.reviews.held()
    assert held.review.reason is ReviewReason.UNPROVEN
    assert held.snapshot is not None
    assert held.snapshot.parent == register.settings.data / "Images"
    assert register.reviews.accept(held.review.id, by="teacher").counts_as_there
    assert register.marking.mark("1", MarkStatus.EXCUSED, by="teacher").status is MarkStatus.EXCUSED
    assert register.students.get("1").name == "Eileen Collins"


def test_it_is_ready_once_it_is_warm(register: Register) -> None:
    before = register.ready
    register.warm_up()
    assert (before, register.ready) == (False, True)
    assert register.engine().engine == "fake-1"


def test_what_was_written_is_there_after_opening_it_again(register: Register) -> None:
    enrol(register, "2", "Grace Hopper", photo_of(HOPPER))
    first = submit(register, photo_of(HOPPER), "grant-1")
    with open_fake_register(register.settings, clock=FrozenClock()) as again:
        assert submit(again, photo_of(HOPPER), "grant-1") == first
        assert submit(again, photo_of(HOPPER), "grant-2").code is VerdictCode.ALREADY_PRESENT


def test_opening_it_settles_what_is_over(register: Register) -> None:
    assert isinstance(register.clock, FrozenClock)
    enrol(register, "1", "Eileen Collins", photo_of(COLLINS))
    course = register.courses.add("Physics", roster=["1"], late_after_minutes=10)
    session = register.class_sessions.open_now(course.id, by="t1")
    later = FrozenClock(session.closes_at)
    with open_register(register.settings, clock=later) as opened:
        [mark] = opened.store.marks(session.id)
        assert (mark.status, mark.at) == (MarkStatus.ABSENT, session.closes_at)
        assert opened.boards.of(session.id).counts.absent == 1
        reopened = opened.closing.reopen(session.id, by="t1")
        opened.settle_due()
        assert opened.class_sessions.open_of(course.id) == reopened
        claim = claim_attempt("g", "1", device=None, expires_at=later.now() + GRANT_LIFETIME)
        assert opened.claims.claim(reopened, "1", claim).code is VerdictCode.NEEDS_REVIEW
        entry = opened.entrances.enter_typed(opened.entrances.showing(reopened).typed)
        assert entry.session == reopened
        undone = opened.corrections.mark_rest(session.id, MarkStatus.ABSENT, by="t1")
        assert [one.version for one in undone] == [3]


def test_what_fails_keeps_nothing_else_from_being_done(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> None:
        raise PermissionError(13, "Permission denied")

    done: list[str] = []
    monkeypatch.setattr(register.retention, "tick", failing)
    monkeypatch.setattr(register.backups, "tick", lambda: done.append("backup"))
    with pytest.raises(PermissionError):
        register.settle_due()
    assert done == ["backup"]

    def away() -> None:
        raise StoreUnavailableError("It is away.")

    monkeypatch.setattr(register.store, "chain_pending", away)
    with pytest.raises(StoreUnavailableError):
        register.settle_due()
    assert done == ["backup"], "which would only wait, too"


@pytest.mark.server
def test_opening_it_loads_no_network(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from attendance.open_register import open_register; "
        "from attendance.settings.settings import Settings; "
        f"folder = Path({str(tmp_path)!r}); "
        "where = Settings(config=folder / 'config', models=folder / 'models', data=folder / 'data'); "
        "open_register(where).close(); "
        "print([m for m in ('tensorflow', 'keras', 'openvino', 'mtcnn', 'pymongo') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
    assert not (tmp_path / "models").exists()


@pytest.fixture(scope="module", params=["dlib", pytest.param("both", marks=pytest.mark.slow)])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with a real engine, and both portraits enrolled."""
    folder = tmp_path_factory.mktemp("real")
    networks = request.getfixturevalue("facenet_models" if request.param == "both" else "models")
    settings = Settings(config=folder / "config", models=networks, data=folder / "data", engine=request.param)
    with open_register(settings, clock=FrozenClock()) as opened:
        for roll_number, name, portrait in (
            ("1", "Eileen Collins", "astronaut_jpeg"),
            ("2", "Grace Hopper", "hopper_jpeg"),
        ):
            result = enrol(opened, roll_number, name, request.getfixturevalue(portrait))
            assert result.status is EnrolmentStatus.ENROLLED, result
        yield opened


@pytest.mark.parametrize(
    ("portrait", "name"), [("astronaut_jpeg", "Eileen Collins"), ("hopper_jpeg", "Grace Hopper")]
)
def test_another_picture_of_an_enrolled_face_is_present(
    real: Register, request: pytest.FixtureRequest, portrait: str, name: str
) -> None:
    photo = render(
        request.getfixturevalue(portrait), angle=5, scale=1.3, brightness=0.85, crop=0.04, quality=80
    )
    verdict = submit(real, photo, f"grant-{portrait}")
    assert (verdict.code, verdict.student_name) == (VerdictCode.PRESENT, name)


@pytest.mark.parametrize("picture", ["cat_jpeg", "coffee_jpeg"])
def test_a_picture_without_a_face_is_told_so(
    real: Register, request: pytest.FixtureRequest, picture: str
) -> None:
    verdict = submit(real, request.getfixturevalue(picture), f"grant-{picture}")
    assert verdict.code is VerdictCode.NO_FACE


def test_a_face_that_is_enrolled_already_is_a_look_alike(real: Register, astronaut_jpeg: bytes) -> None:
    result = enrol(real, "3", "Student Three", render(astronaut_jpeg, angle=4, brightness=1.1))
    assert (result.status, result.looks_like) == (EnrolmentStatus.REFUSED, "1")


def test_from_its_portrait_a_face_is_embedded_again(real: Register) -> None:
    for student in real.students.all():
        portrait = real.store.portrait_of(student.id)
        assert portrait is not None
        result = real.enrolment.enrol(
            NewStudent(student.roll_number),
            {"portrait.jpg": portrait.jpeg},
            Consent(real.clock.now(), "office", "signed form"),
            EnrolmentTerms(dry_run=True),
        )
        assert not result.anything_refused, result
