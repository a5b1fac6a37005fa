"""Workers of one server count together, also on a full disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from client.monitoring.shared_metrics import FILE_BYTES, SHARED, counting_together
from tests.client.starting import ROOT

COUNTING = """
import os, sys
from client.monitoring.shared_metrics import reserve_files
trouble = reserve_files(os.environ)
from client.monitoring.metrics import Metrics
m = Metrics({"capture"}, {}, dict)
m.verdict("present")
for status in range(100, 600):
    m.request("/capture", "POST", status, 0.1)
print(trouble, m.text().decode(), sep="\\n")
"""
"""A worker that counts one check-in and more combinations of labels than it has in a year."""


def counted_in(folder: Path, *before: str, program: str = COUNTING) -> subprocess.CompletedProcess[str]:
    """What such a worker prints: what is wrong with its files, and the metrics."""
    return subprocess.run(
        [*before, sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, SHARED: str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.server
def test_workers_count_together(tmp_path: Path) -> None:
    """Each process counts into files of one folder; whichever is asked adds them up."""
    program = (
        "import sys; from client.monitoring.metrics import Metrics; "
        "m = Metrics({'capture'}, {}, dict); m.verdict('present'); m.request('/capture', 'POST', 200, 0.1); "
        "sys.stdout.write(m.text().decode())"
    )
    counted_in(tmp_path, program=program)
    done = counted_in(tmp_path, program=program)
    assert 'attendance_check_ins_total{verdict="present"} 2.0' in done.stdout
    assert 'attendance_requests_total{area="capture",method="POST",status="200"} 2.0' in done.stdout


@pytest.mark.server
def test_a_worker_s_files_have_their_space_and_are_continued_by_the_next(tmp_path: Path) -> None:
    for number in (1, 2):
        done = counted_in(tmp_path)
        assert done.stdout.startswith("None\n")
        assert f'attendance_check_ins_total{{verdict="present"}} {number}.0' in done.stdout
    files = list(tmp_path.glob("*.db"))
    assert len(files) == len(FILE_BYTES), "a worker that is replaced again and again fills the disk"
    assert all(each.stat().st_blocks * 512 >= each.stat().st_size >= 1 << 19 for each in files)


@pytest.mark.server
def test_on_a_full_disk_a_worker_counts_alone_and_lives(tmp_path: Path) -> None:
    """Mapped files with holes would end it with SIGBUS, and each that replaces it."""
    full = tmp_path / "full"
    full.mkdir()
    inside = f'mount -t tmpfs -o size=128k full {full} && cat /dev/zero > {full}/junk; exec "$@"'
    alone = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    if (
        shutil.which("unshare") is None
        or subprocess.run([*alone, f"mount -t tmpfs x {full}"], check=False).returncode
    ):
        pytest.skip("needs a mount of its own")
    done = counted_in(full, *alone, inside, "sh")
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout.splitlines()[0]
    assert 'attendance_check_ins_total{verdict="present"} 1.0' in done.stdout


def test_the_folder_of_the_workers_lasts_as_long_as_they_do() -> None:
    with counting_together({"A": "1"}, is_wanted=True) as environ:
        folder = Path(environ[SHARED])
        assert (environ["A"], folder.is_dir()) == ("1", True)
    assert not folder.exists()


def test_without_the_setting_workers_count_nothing() -> None:
    with counting_together({"A": "1"}, is_wanted=False) as environ:
        assert environ == {"A": "1"}
