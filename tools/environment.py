"""The project's Python environment in `.venv`: creates it, keeps it up to date, and mends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tools import creating
from tools.advice import SetupError, about_files, about_pip, unknown_failure
from tools.contents import damaged, forget, telling_files
from tools.glance import (
    BUILDERS,
    FOLDER,
    FORMER,
    WITHOUT_DEPENDENCIES,
    is_ready,
    minor,
    pins_of,
    program_of,
    program_seen,
    site_packages,
)
from tools.installing import install, pip_works
from tools.note import Note, read_note, write_note
from tools.one_at_a_time import one_at_a_time
from tools.pythons import Python, ask, suitable_python

LOCK = f"{FOLDER}-lock"
CONTAINED_IN = {  # each file includes the packages of those listed for it
    "requirements-dev.txt": ("requirements-dev.txt", "requirements-demo.txt", "requirements.txt"),
    "requirements-demo.txt": ("requirements-demo.txt", "requirements.txt"),
    "requirements.txt": ("requirements.txt",),
}


class Environment:
    """The environment of a checkout.

    A new one is created beside the old one and put into its place when it is whole. Changed packages are
    installed into the old one; if that is interrupted, the next start looks at every file. A start that finds
    everything as it was noted looks at some files only.

    Args:
        root: the checkout.
        create: creates an empty environment with pip.
    """

    def __init__(self, root: Path, create: Callable[[Python, Path, int], None] = creating.create) -> None:
        self.folder = root / FOLDER
        self.python = program_of(self.folder)
        self._root = root
        self._create = create
        # Its name is longer than the final one: see `relocate`.
        self._new = root / ".venv-new"
        self._former = root / FORMER

    def prepare(self, requirements: str) -> None:
        """Install the packages of a requirements file unless they are there.

        Raises:
            SetupError: something outside the environment prevents it; the message includes the remedy.
        """
        if not self.is_ready(requirements) or os.path.lexists(str(self._former)):
            self._make_ready(requirements)

    def is_ready(self, requirements: str) -> bool:
        """Whether the packages of a requirements file are installed, as far as a glance shows.

        Raises:
            SetupError: the file can't be read.
        """
        try:
            return is_ready(self._root, requirements)
        except OSError as error:
            raise _unreadable(requirements, error) from error

    def _make_ready(self, requirements: str) -> None:
        """Complete what another start began; mend or replace the environment if that is not enough."""
        try:
            with self._locked() as lock:
                whole = bool(read_note(self._new).files)
                creating.finish_exchange(self._new, self.folder, self._former, whole=whole)
                if not self.is_ready(requirements) and not self._mended(requirements, lock):
                    self._replace(requirements, lock)
        except OSError as error:
            raise about_files(error, self._root) from error

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Wait until no other start sets up this environment, from whatever checkout.

        The lock is beside the environment; behind a link beside its target, which other checkouts may use.
        A link that another start has replaced meanwhile needs another lock.

        Yields:
            The file descriptor that holds it.
        """
        while True:
            path = self._lock()
            with one_at_a_time(path, _waiting) as lock:
                if path == self._lock():
                    yield lock
                    return

    def _lock(self) -> Path:
        own = self._root / LOCK
        if not (creating.is_link(self.folder) and self.folder.is_dir()):
            return own
        target = Path(os.path.realpath(str(self.folder)))
        shared = target.with_name(f"{target.name}-lock")
        may_write = os.access(str(shared if shared.exists() else target.parent), os.W_OK)
        return shared if may_write else own  # one that nobody may write nobody mends

    def _mended(self, requirements: str, lock: int) -> bool:
        """Make the present environment fit; False if that is not possible.

        Raises:
            SetupError: packages can't be had, for a reason outside the environment.
        """
        python = ask([str(self.python)])
        if python is None or not python.fits:
            return False
        note, site = read_note(self.folder), site_packages(self.folder, python.version)
        if note.python and minor(note.python) != minor(python.version):
            return False
        found = self._damaged(site, thorough=note == Note())
        if found and creating.is_link(self.folder):  # what is there may belong to others
            return False
        gone = not note.files or any(not (site / path).exists() for path in note.files)
        if not (found or gone) and note.requirements.get(requirements) == self._digest(requirements):
            self._note(self.folder, python, note.requirements)  # only its Python was updated
            return True
        if not pip_works(self.folder):
            return False
        write_note(self.folder, replace(note, requirements={}, python=python.version))
        forget(site, list(found.values()))
        known = {} if found or gone else note.requirements  # what other files need may be missing, too
        return self._installed(self.folder, python, requirements, lock, known)

    def _replace(self, requirements: str, lock: int) -> None:
        """Create a new environment, and put it into the place of the present one.

        Raises:
            SetupError: it can't be created, or packages can't be had.
        """
        python = suitable_python()
        if os.path.lexists(str(self.folder)):
            _say("The environment in .venv can't be used any more. It is created again.")
        creating.remove(self._new)
        try:
            self._create(python, self._new, lock)
            whole = self._installed(self._new, python, requirements, lock, known={})
        except BaseException:
            creating.remove(self._new)
            raise
        if not whole:
            creating.remove(self._new)
            raise SetupError(
                "The packages are damaged right after pip installed them. Check the disk, empty pip's cache "
                f"(`{python.program} -m pip cache purge`), then start again."
            )
        creating.exchange(self._new, self.folder, self._former)

    def _installed(
        self, folder: Path, python: Python, requirements: str, lock: int, known: dict[str, str]
    ) -> bool:
        """Install packages into an environment and note them; False if another environment may help.

        Raises:
            SetupError: they can't be had, for a reason outside the environment.
        """
        is_new = folder == self._new
        for name in (BUILDERS, requirements, WITHOUT_DEPENDENCIES):
            alone = name != requirements
            if alone and not (self._root / name).exists():
                continue
            status, log = install(folder, self._root / name, lock, alone=alone)
            if status:
                problem = about_pip(log, name, self._root)
                if problem or is_new:
                    raise problem or unknown_failure(log, name)
                return False
        if damaged(site_packages(folder, python.version), thorough=False):
            return False
        if is_new:
            creating.relocate(folder, self.folder)
        contained = {name: self._digest(name) for name in CONTAINED_IN[requirements]}
        self._note(folder, python, {**known, **contained})
        return True

    def _damaged(self, site: Path, *, thorough: bool) -> dict[str, Path]:
        """The damaged packages; what is checked and found is printed."""
        if thorough:
            _say("Checking the packages in .venv, which takes up to half a minute")
        found = damaged(site, thorough=thorough)
        if found:
            _say(f"These packages in .venv are damaged and will be installed again: {', '.join(found)}.")
        return found

    def _note(self, folder: Path, python: Python, requirements: dict[str, str]) -> None:
        files = telling_files(site_packages(folder, python.version))
        write_note(folder, Note(requirements, python.version, program_seen(folder), files))

    def _digest(self, requirements: str) -> str:
        try:
            return pins_of(self._root, requirements)
        except OSError as error:
            raise _unreadable(requirements, error) from error


def _unreadable(requirements: str, error: OSError) -> SetupError:
    return SetupError(
        f"{requirements} is missing or can't be read ({error.strerror}). Get the project again, for example "
        "with git checkout."
    )


def _waiting() -> None:
    _say("Another start sets up .venv. Waiting for it")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
