"""One process of several that read jobs of one data folder: ``reading_process FOLDER how``.

How is ``all``: read everything, say ``read ID`` for each job it reads, and end once nothing is left; or
``hang``: begin with the first job, say ``reading``, and never come to an end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from face_detection.classroom_photo import ClassroomProbe, SeenFace
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Face, Photo
from tests.attendance.classroom.school_room import open_room
from tests.attendance.fake_pipeline import FakePipeline, FakeRoom

PAUSE = 0.05  # seconds that a photo takes, so that both processes get some


def say(line: str) -> None:
    """Print a line without buffering."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Telling(FakeRoom):
    """Prints each photo that it reads."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self._hangs = hangs

    def read(self, data: bytes, *, progress: Progress = silent) -> ClassroomProbe:
        """See ``FakeRoom``."""
        probe = super().read(data, progress=progress)
        say(f"read {probe.photo.width}")
        time.sleep(PAUSE)
        return probe

    def embed(
        self, photo: Photo, faces: Sequence[Face], *, progress: Progress = silent
    ) -> tuple[SeenFace, ...]:
        """See ``FakeRoom``."""
        if self._hangs:
            say("reading")
            time.sleep(3600)
        return super().embed(photo, faces, progress=progress)


def main(folder: str, how: str) -> None:
    """Read what is there."""
    pipeline = FakePipeline()
    pipeline.room = Telling(hangs=how == "hang")
    with open_room(Path(folder), pipeline=pipeline) as room:
        say("ready")
        sys.stdin.readline()
        room.classroom.resume()
        for job in room.classroom.jobs_of(room.session.id):
            room.settled(job.id)


if __name__ == "__main__":
    main(*sys.argv[1:])
