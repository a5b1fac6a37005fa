"""Many phones, threads and processes at once: one mark, and the same verdict for the same attempt."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest

from attendance.marks.evidence import MOST_NOTED
from attendance.marks.verdict import Verdict, VerdictCode
from face_detection.quality import QualityLimits
from face_detection.values import Probe
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.site import COLLINS, HOPPER, Site, open_site

ROOT = Path(__file__).resolve().parents[3]
THREADS = 8
PROCESSES = 4
THERE = {"late", "already_late"}


def at_once(site: Site, photos: list[tuple[bytes, str]]) -> list[Verdict]:
    """Send each photo under its grant, all at the same moment."""
    start = Barrier(len(photos))

    def send(photo: bytes, grant: str) -> Verdict:
        start.wait()
        return site.submit(photo, grant)

    with ThreadPoolExecutor(len(photos)) as pool:
        return list(pool.map(send, *zip(*photos, strict=True)))


def test_the_same_attempt_from_eight_threads_is_one_mark_and_one_verdict(class_of_two: Site) -> None:
    verdicts = at_once(class_of_two, [(photo_of(COLLINS), "grant-1")] * THREADS)
    assert len(set(verdicts)) == 1
    assert verdicts[0].code is VerdictCode.LATE
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert len(mark.history) == 1


def test_the_same_photo_under_eight_grants_is_one_mark(class_of_two: Site) -> None:
    verdicts = at_once(class_of_two, [(photo_of(COLLINS), f"grant-{n}") for n in range(THREADS)])
    codes = Counter(verdict.code for verdict in verdicts)
    assert codes == {VerdictCode.LATE: 1, VerdictCode.ALREADY_LATE: THREADS - 1}
    assert len(class_of_two.store.marks(class_of_two.session.id)) == 1


def test_one_grant_with_two_peoples_photos_marks_one_of_them(class_of_two: Site) -> None:
    photos = [(photo_of(COLLINS if n % 2 else HOPPER), "grant-1") for n in range(THREADS)]
    verdicts = at_once(class_of_two, photos)
    codes = Counter(verdict.code for verdict in verdicts)
    assert codes == {VerdictCode.LATE: THREADS // 2, VerdictCode.GRANT_USED: THREADS // 2}
    assert len(class_of_two.store.marks(class_of_two.session.id)) == 1


def test_two_photos_that_are_judged_at_the_same_moment_share_one_grant(
    class_of_two: Site, tmp_path: Path
) -> None:
    class Meeting(FakePipeline):
        """Both photos are accepted before either is judged."""

        both = Barrier(2)

        def read(self, data: bytes, limits: QualityLimits) -> Probe:
            self.both.wait(timeout=30)
            return super().read(data, limits)

    for blend in (0, 15):
        site = open_site(tmp_path, pipeline=Meeting())
        photos = [photo_of(COLLINS, blend=blend), photo_of(HOPPER, blend=blend)]
        verdicts = at_once(site, [(photo, f"grant-{blend}") for photo in photos])
        assert sorted(verdict.code is VerdictCode.GRANT_USED for verdict in verdicts) == [False, True]
        site.store.close()
    assert len(class_of_two.store.marks(class_of_two.session.id)) == 1
    assert len(class_of_two.reviews.held()) == 1


def test_one_doubtful_photo_from_eight_threads_is_one_review(class_of_two: Site) -> None:
    verdicts = at_once(class_of_two, [(photo_of(COLLINS, blend=15), "grant-1")] * THREADS)
    assert {verdict.code for verdict in verdicts} == {VerdictCode.NEEDS_REVIEW}
    [held] = class_of_two.reviews.held()
    assert held.snapshot is not None
    assert len(class_of_two.pictures()) == 1


Processes = list["subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Processes that check in when they are told to; each needs a second to start."""
    command = [sys.executable, "-m", "tests.attendance.check_in_process"]
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
                )
            )
            for _ in range(PROCESSES)
        ]
        yield running
        for process in running:
            process.communicate(timeout=120)
        assert [process.returncode for process in running] == [0] * PROCESSES


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")


def heard_from(process: subprocess.Popen[str]) -> list[str]:
    """The words of its next line."""
    assert process.stdout is not None
    return process.stdout.readline().split()


def check_in_at_once(processes: Processes, folder: Path, grants: list[str], times: int) -> list[list[str]]:
    """The verdicts of all processes, which send at the same moment."""
    for process, grant in zip(processes, grants, strict=True):
        tell(process, f"{folder}\t{grant}\t{times}")
    assert [heard_from(process) for process in processes] == [["ready"]] * PROCESSES
    for process in processes:
        tell(process, "go")
    return [heard_from(process) for process in processes]


@pytest.mark.server
def test_four_processes_with_their_own_grants_make_one_mark(
    class_of_two: Site, tmp_path: Path, processes: Processes
) -> None:
    told = check_in_at_once(processes, tmp_path, [f"phone-{n}" for n in range(PROCESSES)], times=10)
    codes = Counter(code for codes in told for code in codes)
    assert codes == {"late": 1, "already_late": PROCESSES * 10 - 1}
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert mark.version == len(mark.history) == 1 + MOST_NOTED


@pytest.mark.server
def test_four_processes_with_the_same_grants_are_told_the_same(
    class_of_two: Site, tmp_path: Path, processes: Processes
) -> None:
    told = check_in_at_once(processes, tmp_path, ["phone"] * PROCESSES, times=10)
    assert all(codes == told[0] for codes in told)
    assert set(told[0]) <= THERE
    assert told[0].count("late") == 1
    assert len(class_of_two.store.marks(class_of_two.session.id)) == 1
