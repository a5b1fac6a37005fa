"""Remembers the address on each course's poster, to warn when phones no longer reach it."""

from __future__ import annotations

import json
from pathlib import Path

from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole
from client.web.services import the_register

FILE = "posters.json"  # beside the signing secret: it is about this server, and not about the register


class Posters:
    """The addresses that were on posters when they were last looked at.

    Args:
        folder: the user's configuration folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def printed(self, course_id: str) -> str | None:
        """The base address on the course's poster; None where none was made."""
        return self._all().get(course_id)

    def note(self, course_id: str, base: str) -> None:
        """The course's poster carries this address from now on."""
        known = self._all()
        if known.get(course_id) == base:
            return
        make_private(self._file.parent)
        write_whole(self._file, json.dumps({**known, course_id: base}, indent=1).encode())

    def dead(self, base: str) -> dict[str, str]:
        """Courses whose poster carries another address than phones use now, with that address."""
        return {course: printed for course, printed in self._all().items() if printed != base}

    def _all(self) -> dict[str, str]:
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # none yet, or somebody edited it: a reminder is all that is lost
            return {}
        return {str(course): str(base) for course, base in read.items()} if isinstance(read, dict) else {}


def the_posters() -> Posters:
    """Those of the server that answers this request."""
    return Posters(the_register().settings.config)
