"""Tries how the set-up ends where something goes wrong: `python -m tools.setup_trials`, about a minute.

Each trial has a small checkout of its own, with the real `run`, `venv` and pip, and with packages that are
made here, so it needs no network. A trial passes if the next start serves, and the start after that finds
nothing to do. It runs on Linux and macOS.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.glance import NOTE, program_of
from tools.setup_trials.small_checkout import (
    SECONDS,
    Trial,
    TrialFailed,
    check_served,
    killed,
    make_wheel,
    stopped,
)

FILES = 1_000  # in a package, so that it takes a moment to unpack


def interrupted_trials() -> dict[str, Callable[[Trial], object]]:
    """Starts that are killed, each followed by one that has to serve."""

    def at(reached: Callable[[Trial], bool]) -> Callable[[Trial], object]:
        def kill_and_start(trial: Trial) -> None:
            killed(trial, lambda: reached(trial))
            trial.serves()

        return kill_and_start

    def by(number: int) -> Callable[[Trial], object]:
        def stop_and_start(trial: Trial) -> None:
            stopped(trial, number)
            trial.serves()

        return stop_and_start

    def while_updating(trial: Trial) -> None:
        trial.was_started()
        trial.requires("2.0")
        killed(trial, lambda: any(trial.site().glob("bulk-2.0.dist-info")))
        trial.serves("2.0")

    def within_exchange(trial: Trial) -> None:
        trial.was_started()
        trial.venv.rename(trial.root / ".venv-new")
        (trial.root / ".venv-old").mkdir()
        if "Installing" in trial.serves():
            raise TrialFailed("A whole environment was installed again.")

    return {
        "killed as it begins": at(lambda trial: (trial.root / ".venv-lock").exists()),
        "killed while the environment is created": at(lambda trial: (trial.root / ".venv-new/bin").exists()),
        "killed while pip is unpacked": at(lambda trial: (trial.site(".venv-new") / "pip").exists()),
        "killed as pip begins": at(lambda trial: (trial.root / ".venv-new/pip-tmp").exists()),
        "killed while packages are unpacked": at(lambda trial: (trial.site(".venv-new") / "bulk").exists()),
        "killed while packages are updated": while_updating,
        "killed within the exchange": within_exchange,
        "stopped with SIGTERM": by(signal.SIGTERM),
        "stopped with Ctrl-C": by(signal.SIGINT),
    }


def damaged_trials() -> dict[str, Callable[[Trial], object]]:
    """Environments that are damaged between two starts."""

    def after(harm: Callable[[Trial], object]) -> Callable[[Trial], object]:
        def harm_and_start(trial: Trial) -> None:
            trial.was_started()
            harm(trial)
            trial.serves()

        return harm_and_start

    def empty(trial: Trial) -> None:
        shutil.rmtree(str(trial.site() / "bulk"))
        (trial.site() / "bulk").mkdir()

    def relink(trial: Trial) -> None:
        program_of(trial.venv).unlink()
        program_of(trial.venv).symlink_to("/nowhere/python3")

    def lose_its_right(trial: Trial) -> None:
        program = program_of(trial.venv)
        real = program.resolve()
        program.unlink()
        shutil.copy(str(real), str(program))  # as `venv --copies` makes it
        program.chmod(0o644)

    def lose_half_of_pip(trial: Trial) -> None:
        shutil.rmtree(str(trial.site() / "pip" / "_internal"))
        shutil.rmtree(str(trial.site() / "thing"))

    return {
        "a package is missing": after(lambda trial: shutil.rmtree(str(trial.site() / "thing"))),
        "a package is empty": after(empty),
        "the note is no object": after(lambda trial: (trial.venv / NOTE).write_text("[]")),
        "its Python is gone": after(relink),
        "its Python may not be executed": after(lose_its_right),
        "half of pip is missing": after(lose_half_of_pip),
    }


def two_at_once(trial: Trial) -> None:
    """Two starts on a fresh checkout: one sets up, the other waits, both serve."""
    said = []
    for process in [trial.begin(), trial.begin()]:
        out, err = process.communicate(timeout=SECONDS)
        check_served(process.returncode, out, err)
        said.append(err)
    if sorted("Installing" in err for err in said) != [False, True]:
        raise TrialFailed(f"Not exactly one installed: {said}")


def two_checkouts_at_once(trial: Trial) -> None:
    """Two checkouts with one environment, whose pins changed: one start updates it, the other waits."""
    trial.was_started()
    other = Trial(trial.root.parent / "beside", trial.wheels)
    other.venv.symlink_to(trial.venv)
    said = []
    for each in (trial, other):
        each.requires("2.0")
    for process in [trial.begin(), other.begin()]:
        out, err = process.communicate(timeout=SECONDS)
        check_served(process.returncode, out, err, "2.0")
        said.append(err)
    if sorted("Installing" in err for err in said) != [False, True] or not other.venv.is_symlink():
        raise TrialFailed(f"Not exactly one installed: {said}")


def main() -> int:
    """Run all trials, two at a time; the exit status says whether all passed."""
    trials = {
        **interrupted_trials(),
        **damaged_trials(),
        "two at once": two_at_once,
        "two checkouts at once": two_checkouts_at_once,
    }
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="setup-trials-") as folder, ThreadPoolExecutor(2) as pool:
        wheels = Path(folder) / "wheels"
        wheels.mkdir()
        for version in ("1.0", "2.0"):
            make_wheel(wheels, "thing", version, 1)
            make_wheel(wheels, "bulk", version, FILES)

        template = Trial(Path(folder) / "template", wheels)
        template.serves()

        def result(number: int, name: str) -> str:
            try:
                trials[name](Trial(Path(folder) / str(number), wheels, template))
            except (TrialFailed, subprocess.TimeoutExpired, OSError) as error:
                return f"failed  {name}: {error}"
            return f"passed  {name}"

        failed = 0
        for line in pool.map(result, range(len(trials)), trials):
            print(line, flush=True)
            failed += line.startswith("failed")
    print(f"{len(trials) - failed} of {len(trials)} passed in {time.monotonic() - begun:.0f} s")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
