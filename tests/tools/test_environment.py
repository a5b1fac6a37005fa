"""A damaged environment heals: whatever happened to `.venv`, the next start has its packages again."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.tools.small_checkout import BASE, THING, SmallCheckout, create
from tools.advice import SetupError
from tools.glance import BUILDERS, NOTE, WITHOUT_DEPENDENCIES
from tools.installing import PINNED
from tools.note import read_note
from tools.one_at_a_time import one_at_a_time
from tools.pythons import Python

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="the made-up environment is one of POSIX"),
]
HERE = Python(str(BASE), sys.version.split()[0], has_ensurepip=True)


def mark(checkout: SmallCheckout) -> Path:
    """A file in the environment, which a new environment does not have."""
    path = checkout.venv / "the-same"
    path.touch()
    return path


def test_the_first_start_installs_and_the_next_asks_nobody(fresh: SmallCheckout) -> None:
    assert not fresh.is_ready()
    fresh.starts()
    assert fresh.is_ready()
    fresh.starts()
    assert len(fresh.pip_calls()) == 1
    assert fresh.is_clean()


def test_scripts_and_settings_name_the_final_place(fresh: SmallCheckout) -> None:
    fresh.starts()
    assert fresh.version() == "1.0"
    assert ".venv-new" not in (fresh.venv / "pyvenv.cfg").read_text()


def test_changed_pins_are_installed_into_the_same_environment(started: SmallCheckout) -> None:
    same = mark(started)
    started.requires("thing==1.1\n")
    started.starts()
    assert started.version() == "1.1"
    assert same.exists()


def test_some_packages_are_installed_without_what_they_ask_for(fresh: SmallCheckout) -> None:
    fresh.requires("mesh==1.0\n", WITHOUT_DEPENDENCIES)
    fresh.starts()
    with_others, alone = ([*call["argv"][1:]] for call in fresh.pip_calls())
    assert "--no-deps" not in with_others
    assert alone[-1] == "--no-deps"
    assert alone[alone.index("-r") + 1].endswith(WITHOUT_DEPENDENCIES)
    assert fresh.version("mesh") == "1.0"
    assert fresh.is_ready()


def test_what_builds_a_package_is_installed_before_it(fresh: SmallCheckout) -> None:
    fresh.requires("builder==1.0\n", BUILDERS)
    fresh.starts()
    first, second = ([*call["argv"][1:]] for call in fresh.pip_calls())
    assert first[first.index("-r") + 1].endswith(BUILDERS)
    assert second[second.index("-r") + 1].endswith("requirements.txt")


def test_only_packages_with_known_hashes_are_installed_and_run_no_code_of_their_own(
    fresh: SmallCheckout,
) -> None:
    fresh.requires("builder==1.0\n", BUILDERS)
    fresh.requires("mesh==1.0\n", WITHOUT_DEPENDENCIES)
    fresh.starts()
    calls = fresh.pip_calls()
    assert len(calls) == 3
    assert [call["argv"] for call in calls if not {*PINNED} <= {*call["argv"]}] == []


def test_their_pins_are_noted_with_the_others(started: SmallCheckout) -> None:
    started.requires("mesh==1.0\n", WITHOUT_DEPENDENCIES)
    assert not started.is_ready()
    started.starts()
    started.requires("mesh==1.1\n", WITHOUT_DEPENDENCIES)
    assert not started.is_ready()
    started.starts()
    assert started.version("mesh") == "1.1"
    remove(started.site / "mesh")
    assert not started.is_ready()
    started.starts()
    assert started.version("mesh") == "1.1"


def test_their_failure_ends_the_start_with_its_reason(fresh: SmallCheckout) -> None:
    fresh.requires("# says ERROR: No matching distribution found for mesh==9.0\n", WITHOUT_DEPENDENCIES)
    with pytest.raises(SetupError, match=r"doesn't have mesh==9\.0"):
        fresh.starts()
    assert fresh.is_clean()


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill_with_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def remove_all_in(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a package is missing": (remove, "thing"),
    "a package is empty": (remove_all_in, "thing"),
    "a file is empty": (empty, "thing/__init__.py"),
    "its metadata is missing": (remove, "thing-1.0.dist-info"),
    "pip was killed before it wrote the record": (remove, "thing-1.0.dist-info/RECORD"),
    "its record is empty": (empty, "thing-1.0.dist-info/RECORD"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_package_is_installed_again(started: SmallCheckout, damage: str) -> None:
    same = mark(started)
    harm, path = DAMAGES[damage]
    harm(started.site / path)
    assert not started.is_ready()
    started.starts()
    assert started.version() == "1.0"
    assert started.version("other") == "2.0"
    assert same.exists(), "the other packages need not be installed again"
    assert started.is_ready()


@pytest.mark.parametrize("harm", [remove, empty, fill_with_zeros])
@pytest.mark.parametrize("path", ["thing/deep/deeper/deepest/data.txt", "thing-1.0.dist-info/RECORD"])
def test_where_the_note_is_lost_every_file_is_compared(
    started: SmallCheckout, harm: Callable[[Path], None], path: str
) -> None:
    whole = (started.site / path).read_bytes()
    harm(started.site / path)
    started.forgets()
    started.starts()
    assert (started.site / path).read_bytes() == whole


@pytest.mark.parametrize(
    "text", ["[]", "null", "3", '"x"', "", "\0\0", '{"files": []}', '{"files": {"a": []}}']
)
def test_a_note_that_is_none_is_written_again(started: SmallCheckout, text: str) -> None:
    same = mark(started)
    (started.venv / NOTE).write_text(text)
    started.starts()
    assert started.is_ready()
    assert same.exists()


def test_the_note_of_an_older_version_is_understood(started: SmallCheckout) -> None:
    same = mark(started)
    note = read_note(started.venv)
    started.notes(python="", program="", files={})
    started.starts()
    assert same.exists()
    assert read_note(started.venv) == note


def test_what_a_command_for_development_needs_is_checked_when_it_is_started(started: SmallCheckout) -> None:
    started.requires("thing==1.0\nother==2.0\nlint==3.0\n", "requirements-dev.txt")
    started.starts("requirements-dev.txt")
    remove(started.site / "lint")
    started.starts("requirements.txt")
    assert not started.is_ready("requirements-dev.txt")
    started.starts("requirements-dev.txt")
    assert started.version("lint") == "3.0"


def break_link(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3.11")


def break_python(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").write_text("#!/bin/sh\nexit 127\n")
    (venv / "bin" / "python").chmod(0o755)


def break_pip(venv: Path) -> None:
    (internal,) = venv.glob("lib/*/site-packages/pip/_internal")
    shutil.rmtree(internal)  # `import pip` works all the same
    (venv / NOTE).unlink()


def lose_the_right_to_execute(venv: Path) -> None:
    program = venv / "bin" / "python"
    program.unlink()
    shutil.copy(BASE, program)  # as `venv --copies` makes it
    program.chmod(0o644)


def leave_a_file(venv: Path) -> None:
    shutil.rmtree(venv)
    venv.write_text("/home/grace/.virtualenvs/attendance")


@pytest.mark.parametrize(
    "harm",
    [break_link, break_python, break_pip, lose_the_right_to_execute, leave_a_file, shutil.rmtree],
    ids=lambda harm: harm.__name__,
)
def test_what_cannot_be_mended_is_created_again(started: SmallCheckout, harm: Callable[[Path], None]) -> None:
    harm(started.venv)
    started.starts()
    assert started.version() == "1.0"
    assert started.is_clean()


def test_after_an_update_of_its_python_nothing_is_installed(started: SmallCheckout) -> None:
    started.notes(program="/usr/bin/python3 1 2")  # what was there before
    assert not started.is_ready()
    started.starts()
    assert started.is_ready()
    assert not started.pip_calls()


def test_after_its_python_became_another_version_it_is_created_again(started: SmallCheckout) -> None:
    same = mark(started)
    started.notes(program="/usr/bin/python3 1 2", python="3.10.4")
    started.starts()
    assert not same.exists()
    assert started.version() == "1.0"


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "harm", [break_link, break_pip, lambda venv: remove(next(venv.glob("lib/*/*/thing")))]
)
def test_behind_a_link_nothing_is_removed(
    started: SmallCheckout, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    started.venv.rename(elsewhere)
    harm(elsewhere)
    before = contents(elsewhere)
    started.venv.symlink_to(elsewhere)
    started.starts()
    assert contents(elsewhere) == before
    assert not started.venv.is_symlink()
    assert started.version() == "1.0"
    assert started.is_clean()


def test_a_whole_environment_behind_a_link_is_used(started: SmallCheckout, tmp_path: Path) -> None:
    started.venv.rename(tmp_path / "elsewhere")
    started.venv.symlink_to(tmp_path / "elsewhere")
    assert started.is_ready()


def beside(checkout: SmallCheckout) -> SmallCheckout:
    """Another checkout, whose environment is a link to that of the first."""
    (checkout.root.parent / "beside").mkdir()
    other = SmallCheckout(checkout.root.parent / "beside")
    other.venv.symlink_to(checkout.venv)
    return other


def test_two_checkouts_with_one_environment_wait_for_each_other(
    started: SmallCheckout, capfd: pytest.CaptureFixture[str]
) -> None:
    other = beside(started)
    same = mark(started)
    for each in (started, other):
        each.requires("thing==1.1\n")
    with ThreadPoolExecutor(2) as pool:
        with one_at_a_time(started.root / ".venv-lock", lambda: None):
            starts = [pool.submit(checkout.starts) for checkout in (started, other)]
            said = ""
            while said.count("Waiting for it") < len(starts):
                said += capfd.readouterr().err
                assert not any(start.done() for start in starts), "the environment is locked"
                time.sleep(0.01)
        for start in starts:
            start.result(60)
    assert started.version() == "1.1"
    assert same.exists()
    assert other.venv.is_symlink()
    assert len(started.pip_calls()) + len(other.pip_calls()) == 1


def test_an_environment_that_only_others_may_write_is_replaced_by_an_own_one(
    started: SmallCheckout, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = beside(started)
    (other.root / "requirements.txt").write_text("thing==1.1\n")
    really = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: mode != os.W_OK and really(path, mode)
    )  # root may write everywhere
    remove(started.site / "thing")
    before = contents(started.venv)
    other.starts()
    assert not other.venv.is_symlink()
    assert other.version() == "1.1"
    assert contents(started.venv) == before


def test_a_link_to_nowhere_is_replaced(fresh: SmallCheckout) -> None:
    fresh.venv.symlink_to("/nowhere")
    fresh.starts()
    assert fresh.version() == "1.0"


def killed_while_creating(checkout: SmallCheckout) -> None:
    (checkout.root / ".venv-new" / "bin").mkdir(parents=True)


def killed_while_installing(checkout: SmallCheckout) -> None:
    create(HERE, checkout.root / ".venv-new", 0)


def killed_before_the_exchange(checkout: SmallCheckout) -> None:
    checkout.starts()
    checkout.venv.rename(checkout.root / ".venv-new")
    (checkout.venv / "bin").mkdir(parents=True)  # what was damaged


def killed_within_the_exchange(checkout: SmallCheckout) -> None:
    checkout.starts()
    checkout.venv.rename(checkout.root / ".venv-new")
    (checkout.root / ".venv-old" / "bin").mkdir(parents=True)


def killed_after_the_exchange(checkout: SmallCheckout) -> None:
    checkout.starts()
    (checkout.root / ".venv-old" / "bin").mkdir(parents=True)


def killed_with_only_the_former_left(checkout: SmallCheckout) -> None:
    checkout.starts()
    checkout.venv.rename(checkout.root / ".venv-old")
    (checkout.root / ".venv-new" / "bin").mkdir(parents=True)


def killed_while_packages_were_exchanged(checkout: SmallCheckout) -> None:
    checkout.starts()
    checkout.notes(requirements={})
    (checkout.site / "thing").rename(checkout.site / "~hing")
    remove(checkout.site / "thing-1.0.dist-info")


@pytest.mark.parametrize(
    "killed",
    [
        killed_while_creating,
        killed_while_installing,
        killed_before_the_exchange,
        killed_within_the_exchange,
        killed_after_the_exchange,
        killed_with_only_the_former_left,
        killed_while_packages_were_exchanged,
    ],
    ids=lambda killed: killed.__name__,
)
def test_after_a_start_that_was_killed_the_next_one_completes_it(
    fresh: SmallCheckout, killed: Callable[[SmallCheckout], None]
) -> None:
    killed(fresh)
    fresh.starts()
    assert fresh.version() == "1.0"
    assert fresh.is_ready()
    assert not (fresh.root / ".venv-old").exists()
    assert not list(fresh.site.glob("~*"))


def test_a_whole_environment_is_not_installed_again_because_its_exchange_was_interrupted(
    fresh: SmallCheckout,
) -> None:
    killed_within_the_exchange(fresh)
    fresh.starts()
    assert len(fresh.pip_calls()) == 1


def test_without_a_network_the_environment_stays_as_it_was(started: SmallCheckout) -> None:
    same = mark(started)
    started.requires(f"{THING}# says ERROR: Failed to establish a new connection: [Errno -2]\n")
    with pytest.raises(SetupError, match="Check the internet connection"):
        started.starts()
    assert same.exists()
    started.requires(THING)
    started.starts()
    assert started.version() == "1.0"


def test_a_failed_first_start_leaves_nothing_behind(fresh: SmallCheckout) -> None:
    fresh.requires("# says ERROR: [Errno 28] No space left on device\n")
    with pytest.raises(SetupError, match="The disk is full"):
        fresh.starts()
    assert fresh.is_clean()
    assert not fresh.venv.exists()


def test_where_pip_fails_for_a_reason_of_the_environment_a_new_one_is_tried_once(
    started: SmallCheckout,
) -> None:
    same = mark(started)
    started.requires(f"{THING}# says ERROR: Cannot uninstall thing 1.0\n")
    with pytest.raises(SetupError, match="Cannot uninstall thing"):
        started.starts()
    assert len(started.pip_calls()) == 2
    assert same.exists(), "the new one failed too, so the old one stays"


def test_packages_that_arrive_damaged_are_a_sentence(fresh: SmallCheckout) -> None:
    fresh.requires(f"{THING}# damages\n")
    with pytest.raises(SetupError, match="damaged right after pip installed them"):
        fresh.starts()
    assert not fresh.venv.exists()
    assert fresh.is_clean()


def test_a_requirements_file_that_is_missing_is_a_sentence(started: SmallCheckout) -> None:
    (started.root / "requirements.txt").unlink()
    with pytest.raises(SetupError, match=r"requirements\.txt is missing"):
        started.starts()
