"""Plain copies of the register are deleted, however the process that made them ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from attendance.backup.workspace import ABANDONED_AFTER, delete_abandoned, workspace
from attendance.files.trial_folders import trial_folder

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = (
    "import sys; from pathlib import Path; from attendance.backup.workspace import workspace\n"
    "with workspace(Path(sys.argv[1])) as folder:\n"
    "    (folder / 'register').touch(); print(folder, flush=True); sys.stdin.read()"
)


def test_it_is_deleted_at_the_end_and_after_an_error(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        (folder / "register").touch()
    with pytest.raises(OSError, match="full"), workspace(tmp_path):
        raise OSError("full")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", [workspace, lambda _data: trial_folder()])
def test_ctrl_c_while_it_is_deleted_leaves_none_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    interrupted = iter([KeyboardInterrupt])
    delete = os.unlink

    def pressed(path: str, *, dir_fd: int | None = None) -> None:
        if (error := next(interrupted, None)) is not None:
            raise error
        delete(path, dir_fd=dir_fd)

    def use() -> None:
        with folder(tmp_path) as made:
            used.append(made)
            (made / "register").touch()
            monkeypatch.setattr(os, "unlink", pressed)

    used: list[Path] = []
    with pytest.raises(KeyboardInterrupt):
        use()
    assert not used[0].exists()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_in_use_stays(tmp_path: Path) -> None:
    with workspace(tmp_path) as one, workspace(tmp_path) as other:
        delete_abandoned(tmp_path)
        assert one.is_dir()
        assert other.is_dir()


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no open files")
def test_one_of_a_process_that_was_killed_goes_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        delete_abandoned(tmp_path)
        assert left.is_dir(), "it is in use"
        process.kill()
    with workspace(tmp_path):
        assert not left.exists()


@pytest.mark.parametrize("name", [".backup-of-before", ".new-backup-1"])
def test_one_without_a_lock_goes_after_an_hour(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    delete_abandoned(tmp_path)
    assert folder.is_dir()
    long_ago = folder.stat().st_mtime - ABANDONED_AFTER - 1
    os.utime(folder, (long_ago, long_ago))
    delete_abandoned(tmp_path)
    assert not folder.exists()
