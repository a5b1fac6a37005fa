"""Jobs are read one after the other, once each, whatever crashes, closes or is away in between."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attendance.classroom.confirming import Confirming
from attendance.classroom.faces.job_reader import JobReader
from attendance.classroom.job_queue import JobQueue
from attendance.classroom.job_worker import Worker
from attendance.classroom.jobs import claims
from attendance.classroom.jobs.errors import ClassroomError, ClassroomJobNotFoundError
from attendance.classroom.jobs.job_folders import JobFolders
from attendance.classroom.jobs.limits import JOB_LIFETIME, MOST_CRASHES
from attendance.classroom.jobs.states import ClassroomProblem, JobState, JobStep
from attendance.errors import EngineMismatchError
from attendance.recognition.pipelines import Pipeline
from attendance.sealing.sealed_files import files_of
from attendance.store.open_store import FILE_NAME
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import ConsentParty, Withdrawal
from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.errors import BusyError, ModelFileError
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Photo
from face_matching.errors import GalleryMismatchError, UnknownPolicyError
from face_matching.gallery import Gallery
from tests.attendance.classroom.school_room import COLLINS, HOPPER, Room, matches, open_room, room_photo
from tests.attendance.fake_pipeline import FakePipeline, FakeRoom, fake_matcher, photo_of, room_of
from tests.attendance.fragile_store import FragileStore

ROOT = Path(__file__).resolve().parents[3]
JOBS = 8


def start(folder: Path, how: str) -> subprocess.Popen[str]:
    """A process that reads the jobs of a folder, once it is released."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.attendance.classroom.reading_process", str(folder), how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def crash_while_reading(folder: Path) -> None:
    """Begin to read the first job in a process that is killed over it."""
    process = start(folder, "hang")
    let_go(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.kill()
    process.communicate()


class Slow(FakeRoom):
    """Stops in the middle of each photo until it is released, or for good."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = Event()
        self.may_go_on = Event()

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """See ``FakeRoom``."""
        self.has_begun.set()
        while not self.may_go_on.wait(0.01):
            progress("embedding", 0, len(faces))
        return super().embed(photo, faces, progress=progress)


def slow_pipeline() -> tuple[FakePipeline, Slow]:
    pipeline, slow = FakePipeline(), Slow()
    pipeline.room = slow
    return pipeline, slow


def line_of(room: Room, *, pipeline: Pipeline | Exception | None = None, store: object = None) -> JobQueue:
    """The job queue without its thread, with something broken."""
    register = room.register

    def given_pipeline() -> Pipeline:
        if isinstance(pipeline, Exception):
            raise pipeline
        return pipeline or room.pipeline

    matcher = fake_matcher(register.store if store is None else store, given_pipeline)  # type: ignore[arg-type]
    rooms = register.presence.pictures
    reader = JobReader(register.sessions, matcher, rooms.claimed)
    confirming = Confirming(register.store, room.clock, register.sessions, rooms)
    folders = JobFolders(room.folder, register.store, files_of(register.store))
    return JobQueue(folders, register.store, reader, confirming=confirming, rooms=rooms)


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    with open_room(tmp_path) as before:
        before.classroom.close()
        jobs = [before.send(room_photo(COLLINS)) for _ in range(3)]
        assert {job.state for job in jobs} == {JobState.WAITING}
    with open_room(tmp_path) as after:
        after.classroom.resume()
        assert {after.settled(job.id).state for job in jobs} == {JobState.READY}


def test_closing_in_the_middle_of_a_job_gives_it_back(tmp_path: Path) -> None:
    others = threading.enumerate()  # such as those of a site that browser tests share
    pipeline, slow = slow_pipeline()
    with open_room(tmp_path, pipeline=pipeline) as before:
        job = before.send(room_photo(COLLINS))
        assert slow.has_begun.wait(30)
        waiting = before.send(room_photo(HOPPER))
        assert before.classroom.job(waiting.id).ahead == 1
        reading = before.classroom.job(job.id)
        assert (reading.state, reading.ahead) == (JobState.READING, 0)
        assert 0 <= reading.progress < 1
        before.classroom.close()
        left = [thread.name for thread in threading.enumerate() if thread not in others]
        assert not [name for name in left if name.startswith("classroom")]
        assert before.classroom.job(job.id).state is JobState.WAITING
    with open_room(tmp_path) as after:
        after.classroom.resume()
        assert after.settled(job.id).state is JobState.READY
        assert after.settled(waiting.id).state is JobState.READY


def test_a_job_is_discarded_in_the_middle_of_being_read(tmp_path: Path) -> None:
    pipeline, slow = slow_pipeline()
    with open_room(tmp_path, pipeline=pipeline) as room:
        job, next_one = room.send(room_photo(COLLINS)), room.send(room_photo(HOPPER))
        assert slow.has_begun.wait(30)
        room.classroom.discard(job.id, by="teacher")
        slow.may_go_on.set()
        assert room.settled(next_one.id).state is JobState.READY
        assert room.classroom.job(job.id).state is JobState.DISCARDED
        assert {name.partition("/")[0] for name in room.pictures()} == {next_one.id}


@pytest.mark.server
def test_what_a_killed_process_was_reading_is_read_by_the_next(tmp_path: Path) -> None:
    with open_room(tmp_path) as room:
        room.classroom.close()
        job = room.send(room_photo(COLLINS))
    crash_while_reading(tmp_path)
    with open_room(tmp_path) as room:
        room.classroom.resume()
        done = room.settled(job.id)
        assert done.state is JobState.READY
        room.classroom.confirm(job.id, matches(done), by="teacher")
        mark = room.mark_of(COLLINS)
        assert mark is not None
        assert mark.version == 1


@pytest.mark.server
def test_a_job_that_crashes_whoever_reads_it_is_given_up(tmp_path: Path) -> None:
    with open_room(tmp_path) as room:
        room.classroom.close()
        job, harmless = room.send(room_photo(COLLINS)), room.send(room_photo(HOPPER))
    for _ in range(MOST_CRASHES):
        crash_while_reading(tmp_path)
    with open_room(tmp_path) as room:
        room.classroom.resume()
        given_up = room.settled(job.id)
        assert (given_up.state, given_up.problem) == (JobState.FAILED, ClassroomProblem.GAVE_UP)
        assert room.settled(harmless.id).state is JobState.READY


@pytest.mark.server
def test_two_processes_read_each_job_once(tmp_path: Path) -> None:
    with open_room(tmp_path) as room:
        room.classroom.close()
        # A picture's width is the job's number: so many faces stand in its row.
        jobs = [room.send(room_photo(*[COLLINS] * (number + 1))) for number in range(JOBS)]
    processes = [start(tmp_path, "all") for _ in range(2)]
    for process in processes:
        let_go(process)
    told = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    read = [word for words in told for word in words if word.isdigit()]
    assert len(read) == len(set(read)) == JOBS
    with open_room(tmp_path) as room:
        assert {room.classroom.job(job.id).state for job in jobs} == {JobState.READY}


def waiting_job(room: Room) -> PhotoJob:
    """The record of a job that nobody reads."""
    room.classroom.close()
    job = room.register.store.job(room.send(room_photo(COLLINS)).id)
    assert job is not None
    return job


def test_of_many_who_claim_a_job_at_once_one_gets_it(room: Room) -> None:
    store, job = room.register.store, waiting_job(room)
    start_together = threading.Barrier(8)
    got: list[claims.JobClaim] = []

    def try_it() -> None:
        start_together.wait()
        claimed = claims.claim(store, job)
        if claimed is not None:
            got.append(claimed[0])

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert room.classroom.job(job.id).state is JobState.READING
    got[0].give_back()
    assert room.classroom.job(job.id).state is JobState.WAITING


@pytest.mark.parametrize(
    ("holder", "left", "is_alive"),
    [
        ({"host": "elsewhere", "pid": 1, "token": "x"}, 1, True),
        ({"host": "elsewhere", "pid": 1, "token": "x"}, -1, False),
        ({"host": "here", "pid": "parent", "token": "x"}, 1, True),
        ({"host": "here", "pid": "parent", "token": "x"}, -1, False),
        ({"host": "of the same name", "pid": 2**22 + 1, "token": "x"}, 1, True),
        ({"host": "here", "pid": "self", "token": "of the process before, in a container"}, 1, False),
        ({"host": "here", "pid": 2**22 + 1, "token": "x"}, 1, False),
        ({"host": "here", "pid": 10**30, "token": "x"}, 1, True),
        ({"nonsense": True}, 1, True),
        ({"nonsense": True}, -1, False),
    ],
)
def test_a_claim_holds_while_its_process_is_heard_of(
    room: Room, holder: dict[str, object], left: int, *, is_alive: bool
) -> None:
    real = {"here": claims.machine(), "self": os.getpid(), "parent": os.getppid()}
    real["of the same name"] = platform.node()  # machines made of one image
    named = {
        key: real.get(value, value) if isinstance(value, str) else value for key, value in holder.items()
    }
    store, now, until = room.register.store, datetime.now(UTC), timedelta(minutes=left)
    job = store.claim_job(waiting_job(room).id, json.dumps(named), now=now, until=now + until)
    assert job is not None
    assert claims.is_claimed(job) is is_alive
    claimed = claims.claim(store, job)
    assert (claimed is None) is is_alive
    if claimed is not None:
        own, crashes = claimed
        assert (crashes, own.keep()) == (1, True)
        own.give_back()


def test_who_was_taken_for_dead_finds_out(room: Room) -> None:
    store, job = room.register.store, waiting_job(room)
    first = claims.claim(store, job)
    assert first is not None
    held = store.job(job.id)
    assert held is not None
    assert held.reader is not None
    now = datetime.now(UTC)
    assert store.keep_job(job.id, held.reader, until=now - timedelta(seconds=1))  # as if it were silent
    silent = store.job(job.id)
    assert silent is not None
    second = claims.claim(store, silent)
    assert second is not None
    assert (first[0].keep(), second[0].keep()) == (False, True)
    for own, _ in (first, second):
        own.give_back()


def test_a_database_that_is_away_costs_time_and_no_job(room: Room) -> None:
    room.classroom.close()
    job = room.send(room_photo(COLLINS))
    away = FragileStore(room.register.store, "gallery_version", written=False)
    assert line_of(room, store=away).work_off(Event())
    assert room.classroom.job(job.id).state is JobState.WAITING
    assert not line_of(room).work_off(Event())
    assert room.classroom.job(job.id).state is JobState.READY


def test_a_server_that_is_busy_with_phones_reads_the_photo_later(room: Room) -> None:
    room.classroom.close()
    job = room.send(room_photo(COLLINS))
    for _ in range(MOST_CRASHES + 1):
        assert line_of(room, pipeline=BusyError("many phones")).work_off(Event())
    record = room.register.store.job(job.id)
    assert record is not None
    assert record.crashes == 0
    assert not line_of(room).work_off(Event())
    assert room.classroom.job(job.id).state is JobState.READY


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (EngineMismatchError("re-embed"), ClassroomProblem.ENGINE_MISMATCH),
        (ModelFileError("no weights"), ClassroomProblem.NO_ENGINE),
        (UnknownPolicyError("no thresholds"), ClassroomProblem.NO_ENGINE),
        (RuntimeError("a bug"), ClassroomProblem.BROKEN),
    ],
)
def test_a_job_that_can_not_be_read_says_why(room: Room, error: Exception, problem: ClassroomProblem) -> None:
    room.classroom.close()
    job = room.send(b"no photo", room_photo(COLLINS))
    assert not line_of(room, pipeline=error).work_off(Event())
    failed = room.classroom.job(job.id)
    assert (failed.state, failed.problem) == (JobState.FAILED, problem)
    assert [each.number for each in failed.upload_problems] == [0]
    assert room.pictures() == set()


def test_embeddings_of_another_engine_are_not_a_broken_photo(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_engines(*_: object, **__: object) -> None:
        raise GalleryMismatchError("the face was read by fake-2 and the templates by fake-1")

    monkeypatch.setattr(Gallery, "similarities", two_engines)
    room.classroom.close()
    job = room.send(room_photo(COLLINS))
    line_of(room).work_off(Event())
    failed = room.classroom.job(job.id)
    assert (failed.state, failed.problem) == (JobState.FAILED, ClassroomProblem.ENGINE_MISMATCH)


def test_who_objects_while_a_photo_is_read_is_not_named_in_it(room: Room) -> None:
    room.pipeline.room = slow = Slow()
    job = room.send(room_of(photo_of(COLLINS), photo_of(HOPPER)))
    assert slow.has_begun.wait(30)
    student = room.student(COLLINS)
    objection = Withdrawal(room.clock.now(), "office", ConsentParty.GUARDIAN)
    room.register.students.withdraw_consent(student.id, objection)
    slow.may_go_on.set()
    read = room.settled(job.id)
    named = {each.student_id for face in read.faces for each in face.candidates}
    assert named == {room.student(HOPPER).id}


def test_one_broken_job_does_not_hold_up_the_next(room: Room) -> None:
    class Breaking(FakeRoom):
        def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
            if data == bad:
                raise ZeroDivisionError
            return super().read(data, progress=progress)

    bad = room_of(photo_of(COLLINS), photo_of(HOPPER))
    room.pipeline.room = Breaking()
    broken, fine = room.send(bad), room.send(room_photo(HOPPER))
    assert room.settled(fine.id).state is JobState.READY
    assert room.settled(broken.id).problem is ClassroomProblem.BROKEN


def test_enrolled_by_another_engine_is_told(room: Room) -> None:
    room.pipeline.engine_name = "other-1"
    job = room.read(room_photo(COLLINS))
    assert job.problem is ClassroomProblem.ENGINE_MISMATCH


def damage_record(room: Room, job_id: str, column: str, content: str | None) -> None:
    with closing(sqlite3.connect(room.register.settings.data / FILE_NAME)) as register, register:
        register.execute(f"UPDATE photo_jobs SET {column} = ? WHERE id = ?", (content, job_id))


def test_a_damaged_order_is_left_out_and_goes_after_its_time(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    fine, damaged = room.read(room_photo(COLLINS)), room.read(room_photo(HOPPER))
    damage_record(room, damaged.id, "wanted", '{"id": ')
    assert [job.id for job in room.classroom.jobs_of(room.session.id)] == [fine.id]
    with pytest.raises(ClassroomJobNotFoundError):
        room.classroom.job(damaged.id)
    room.classroom.purge()
    assert (room.folder / damaged.id).exists()
    room.clock.advance(seconds=JOB_LIFETIME.total_seconds())
    room.classroom.purge()
    assert not (room.folder / damaged.id).exists()
    assert room.register.store.job_ids() == []
    assert damaged.id in caplog.text


PARTS = st.sampled_from(["wanted", "reading", "decision", "marks", "progress", "reader", "pictures/0.jpg"])
damage = st.one_of(
    st.none(),
    st.text('ab{}[]:"\ufffd', max_size=40),
    st.sampled_from(["null", "[]", "{}", '{"id": 1}', "[" * 5000]),
    st.floats(0, 1),
)


@pytest.mark.slow
@example(records={"pictures/0.jpg": 0.5}, confirmed=False)
@given(records=st.dictionaries(PARTS, damage, min_size=1), confirmed=st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_is_damaged_nothing_else_suffers(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, str | float | None], *, confirmed: bool
) -> None:
    with open_room(tmp_path_factory.mktemp("damaged")) as room:
        job, fine = room.read(room_photo(COLLINS)), room.read(room_photo(HOPPER))
        if confirmed:
            room.classroom.confirm(job.id, matches(job), by="teacher")
        for name, content in records.items():
            damage_part(room, job.id, name, content)
        assert fine.id in [each.id for each in room.classroom.jobs_of(room.session.id)]
        for use in (
            lambda: room.settled(job.id),
            lambda: room.classroom.picture(job.id, 0),
            lambda: room.classroom.confirm(job.id, matches(job), by="teacher"),
            lambda: room.classroom.discard(job.id, by="teacher"),
        ):
            try:
                use()
            except (ClassroomError, ClassroomJobNotFoundError):
                continue
        room.classroom.purge()
        room.register.students.remove(str(COLLINS))
        marks = room.classroom.confirm(fine.id, matches(fine), by="teacher")
        assert marks.marked == (room.student(HOPPER).id,)


def damage_part(room: Room, job_id: str, name: str, content: str | float | None) -> None:
    """Cut a part of a job to a fraction, or put something else in its place; None: nothing."""
    path, record = room.folder / job_id / name, room.register.store.job(job_id)
    assert record is not None
    is_file = name.endswith(".jpg")
    whole = (path.read_bytes().decode("latin-1") if path.exists() else "") if is_file else None
    whole = getattr(record, name) or "" if whole is None else whole
    new = whole[: int(len(whole) * content)] if isinstance(content, float) else content
    if is_file:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((new or "").encode("latin-1", "replace"))
    elif new is not None or name != "wanted":  # which is never without any
        damage_record(room, job_id, name, new)


def test_progress_goes_up_to_the_end(room: Room) -> None:
    told: list[tuple[float, JobStep]] = []
    room.classroom.close()
    job = room.send(*[room_photo(COLLINS)] * 3)
    store = room.register.store
    folder = JobFolders(room.folder, store, files_of(store)).folder(job.id)
    assert folder is not None
    order = folder.order()
    assert order is not None
    matcher = fake_matcher(room.register.store, lambda: room.pipeline)
    reader = JobReader(room.register.sessions, matcher, lambda _: ())
    reader.read(folder, order, lambda progress: told.append((progress.progress, progress.step)))
    parts = [part for part, _ in told]
    assert parts == sorted(parts)
    assert all(0 <= part <= 1 for part in parts)
    steps = [step for _, step in told]
    assert steps[:2] == [JobStep.DECODING, JobStep.FINDING]
    assert steps[-1] is JobStep.NAMING


def test_a_worker_that_fails_tries_again_and_one_that_is_closed_never_does() -> None:
    tries: list[int] = []
    is_done = Event()

    def work(_stop: Event) -> bool:
        tries.append(len(tries))
        if len(tries) < 3:
            raise ZeroDivisionError
        is_done.set()
        return False

    worker = Worker(work, retry_seconds=0.01)
    worker.wake()
    assert is_done.wait(30)
    for _ in range(2):
        worker.close()
    worker.wake()
    assert tries == [0, 1, 2]


@pytest.mark.server
def test_a_worker_works_in_a_forked_process_too(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    program = (
        "import os, sys, threading\n"
        "from attendance.classroom.job_worker import Worker\n"
        "done = threading.Event()\n"
        "def work(stop):\n"
        "    done.set()\n"
        "    return False\n"
        "worker = Worker(work)\n"
        "worker.wake(); done.wait(30); done.clear()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    worker.wake()\n"
        "    ok = done.wait(30); worker.close()\n"
        "    os._exit(0 if ok else 1)\n"
        "worker.close()\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0
