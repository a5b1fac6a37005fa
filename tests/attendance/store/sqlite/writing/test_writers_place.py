"""Writers queue: first come, first served, also between processes, and nobody waits for ever."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.sqlite.connecting import connections
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.sqlite.writing.writers_place import (
    ENDING,
    WritersPlace,
    WritersPlaceTimeoutError,
    writers_place,
)
from tests.attendance.store.builders import mark

if sys.platform != "win32":
    import fcntl

ROOT = Path(__file__).resolve().parents[5]
LONG, SHORT = 30.0, 0.05  # seconds
HOLDER = (
    "import sys; from pathlib import Path\n"
    "from attendance.store.sqlite.writing.writers_place import WritersPlace\n"
    "with WritersPlace(Path(sys.argv[1])).taken(30):\n"
    "    print('taken', flush=True); sys.stdin.read()\n"
)
only_with_locks = pytest.mark.skipif(sys.platform == "win32", reason="SQLite's own lock is all there is")


@pytest.fixture
def place(tmp_path: Path) -> WritersPlace:
    return WritersPlace(tmp_path / "register.sqlite3")


def queued(place: WritersPlace) -> int:
    return len(place._queue)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens in another thread or process."""
    last = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.001)


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the place until its input ends, or it is killed."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()


def test_who_came_first_is_served_first(place: WritersPlace) -> None:
    served = list[int]()

    def write(number: int) -> None:
        with place.taken(LONG):
            served.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with place.taken(LONG):
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda number=number: queued(place) == number + 1)  # type: ignore[misc]
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_only_one_is_inside(place: WritersPlace) -> None:
    inside, most = [0], [0]

    def write() -> None:
        for _ in range(25):
            with place.taken(LONG):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == ([1], [0])


def test_who_waits_too_long_leaves_the_queue_to_the_others(place: WritersPlace) -> None:
    with place.taken(LONG):
        outcome = list[str]()

        def wait(seconds: float) -> None:
            try:
                with place.taken(seconds):
                    outcome.append("written")
            except WritersPlaceTimeoutError:
                outcome.append("too late")

        impatient, patient = (threading.Thread(target=wait, args=(each,)) for each in (SHORT, LONG))
        impatient.start()
        until(lambda: queued(place) == 1)
        patient.start()
        impatient.join()
        assert outcome == ["too late"]
    patient.join()
    assert outcome == ["too late", "written"]
    with place.taken(SHORT):
        pass


def test_an_error_inside_frees_the_place(place: WritersPlace) -> None:
    with pytest.raises(ZeroDivisionError), place.taken(LONG):
        raise ZeroDivisionError
    with place.taken(SHORT):
        pass


def test_all_stores_of_a_process_on_one_register_share_its_place(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"
    place = writers_place(path)
    assert writers_place(path) is place
    assert writers_place(tmp_path / "another.sqlite3") is not place


def test_a_writer_that_waits_too_long_reads_why(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_WAIT", SHORT)
    with (
        writers_place(path).taken(LONG),
        pytest.raises(StoreUnavailableError, match="others have been writing"),
    ):
        store.insert_mark(mark("s1"))
    assert store.insert_mark(mark("s1"))


def test_readers_do_not_queue(store: SQLiteStore, path: Path) -> None:
    with writers_place(path).taken(LONG):
        assert len(store.students()) == 2


def test_where_the_file_can_not_be_made_sqlites_own_lock_decides(store: SQLiteStore, path: Path) -> None:
    store.close()
    lock = path.with_name(path.name + ENDING)
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with closing(SQLiteStore(path)) as again:
        assert again.insert_mark(mark("s1"))


@pytest.mark.server
@only_with_locks
def test_of_two_processes_one_writes_after_the_other(place: WritersPlace, tmp_path: Path) -> None:
    with another_process(tmp_path / "register.sqlite3") as process:
        with pytest.raises(WritersPlaceTimeoutError), place.taken(SHORT):
            pass
        assert process.stdin is not None
        served = threading.Event()

        def write() -> None:
            with place.taken(LONG):
                served.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert not served.wait(SHORT)
        process.stdin.close()
        thread.join()
        assert served.is_set()


@pytest.mark.server
@only_with_locks
def test_a_process_that_is_killed_while_it_has_the_place_frees_it(
    place: WritersPlace, tmp_path: Path
) -> None:
    with another_process(tmp_path / "register.sqlite3") as process:
        process.send_signal(signal.SIGKILL)
        with place.taken(LONG):
            pass


@pytest.mark.server
@only_with_locks
def test_a_turn_that_came_after_the_deadline_is_given_back(place: WritersPlace, tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite3"
    with another_process(path) as process:
        with pytest.raises(WritersPlaceTimeoutError), place.taken(SHORT):
            pass
        process.kill()
        process.wait()
    with another_process(path):  # would wait for ever if this process had kept its turn
        pass
    with place.taken(LONG):
        pass


@pytest.mark.server
@only_with_locks
def test_where_no_thread_can_wait_sqlites_own_lock_decides(
    place: WritersPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoThread:
        def __init__(self, **_: object) -> None: ...

        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    with another_process(tmp_path / "register.sqlite3") as process:
        with monkeypatch.context() as patch:
            patch.setattr(threading, "Thread", NoThread)
            with place.taken(SHORT):  # goes on
                pass
        with (
            pytest.raises(WritersPlaceTimeoutError),
            place.taken(SHORT),
        ):  # waits again once there are threads
            pass
        process.kill()
        with place.taken(LONG):
            pass


@pytest.mark.server
@only_with_locks
def test_who_comes_next_and_gets_no_lock_lets_others_come_next(
    place: WritersPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "register.sqlite3"
    lockf = fcntl.lockf

    def without_second(file: int, command: int, length: int, start: int) -> None:
        if start == 1 and command == fcntl.LOCK_EX:
            raise OSError(errno.ENOLCK, "No locks available")
        lockf(file, command, length, start)

    with another_process(path), monkeypatch.context() as patch:
        patch.setattr(fcntl, "lockf", without_second)
        with place.taken(SHORT):  # goes on as without locks
            pass
    with another_process(path):  # would wait for ever if this process were still the next one
        pass
