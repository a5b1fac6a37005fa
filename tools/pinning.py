"""Pins all packages with the hashes of their files, after a change in `pyproject.toml`.

    python -m tools.pinning             add and remove what changed; every other version stays
    python -m tools.pinning --upgrade   pin the newest versions that fit

It needs `uv` (`pipx install uv`), which resolves for all systems and Python versions at once. The hashes are
those of all files that the package index has of a version, so that one list serves every system.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from tools.glance import BUILDERS, ROOT, WITHOUT_DEPENDENCIES

PYTHON = "3.11"  # the oldest
GO = ".ci/requirements-go.txt"
WHOLE = "requirements-dev.txt"
# The largest first: its versions hold for all others.
FILES = {
    WHOLE: ("--extra", "dev"),
    "requirements-demo.txt": ("--extra", "demo"),
    "requirements.txt": (),
    BUILDERS: ("--group", "build"),
    WITHOUT_DEPENDENCIES: ("--group", "nodeps", "--no-deps"),
    GO: ("--group", "go", "--no-deps"),
}
_OPTIONS = (
    *("pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate"),
    *("--python-version", PYTHON, "--custom-compile-command", "python -m tools.pinning"),
)


def command(uv: str, file: str, words: tuple[str, ...]) -> list[str]:
    """What uv is called with to make a requirements file.

    Args:
        uv: the program.
        file: its name, one of `FILES`.
        words: options for uv, such as ``--upgrade``.
    """
    what = FILES[file]
    source = () if "--group" in what else ("pyproject.toml",)
    same = () if file == WHOLE else ("--constraints", WHOLE)
    return [uv, *_OPTIONS, *source, *what, *same, "--output-file", file, *words]


def main(words: list[str]) -> int:
    """Make all files again.

    Args:
        words: the command line's: none, or ``--upgrade``.

    Returns:
        The exit status.
    """
    if words not in ([], ["--upgrade"]):
        print(__doc__, file=sys.stderr)
        return 2
    uv = shutil.which("uv")
    if uv is None:
        print("uv is not on the path. Install it, for example with `pipx install uv`.", file=sys.stderr)
        return 1
    for file in FILES:
        status = subprocess.run(command(uv, file, tuple(words)), cwd=str(ROOT), check=False).returncode
        if status:
            print(f"{file} is as it was, because uv failed.", file=sys.stderr)
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
