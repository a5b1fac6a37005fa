"""Two people's stills in a folder, and their portraits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from face_detection.pad_kit.material.portraits import FacePortrait, portrait_of
from tests.portraits import grace_hopper, skimage_picture


def write_stills(folder: Path) -> None:
    """A photo of one person, and a folder with a photo of another."""
    (folder / "eileen.jpg").write_bytes(skimage_picture("astronaut"))
    (folder / "grace").mkdir()
    (folder / "grace" / "1.jpg").write_bytes(grace_hopper())


@cache
def eileen() -> FacePortrait:
    """The portrait of Eileen Collins."""
    return _portrait(skimage_picture("astronaut"))


@cache
def grace() -> FacePortrait:
    """The portrait of Grace Hopper."""
    return _portrait(grace_hopper())


def _portrait(data: bytes) -> FacePortrait:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "still.jpg"
        path.write_bytes(data)
        portrait = portrait_of("still", path)
    assert portrait is not None
    return portrait
