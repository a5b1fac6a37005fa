"""Make attacks from stills, and films for a fake camera.

python -m face_detection.pad_kit STILL --video FILE.mjpeg [--kind live|print|replay] [--turn left]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from face_detection.errors import FaceDetectionError
from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.fake_camera import SCENES, FilmCourse, filmed, require_film_name, write_film
from face_detection.pad_kit.portraits import portrait_of
from face_detection.pad_kit.values import Direction


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit status: 0, or 2 if the material can't be used.
    """
    options = _parser().parse_args(words)
    try:
        _film(options)
    except FaceDetectionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _film(options: argparse.Namespace) -> None:
    still: Path = options.source
    require_film_name(options.video)
    if not still.is_file():
        raise PadMaterialError(f"{still} is not a file. A film is made from one photo of one person.")
    portrait = portrait_of(still.stem, still)
    if portrait is None:
        raise PadMaterialError(f"{still} is no photo of a face that looks at the camera with both eyes.")
    turns = tuple(Direction(turn) for turn in options.turn or ["left"])
    course = FilmCourse(turns, straight=options.straight)
    write_film(options.video, filmed(portrait, options.kind, course, seed=options.seed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m face_detection.pad_kit", description="Make films for a browser's fake camera."
    )
    parser.add_argument("source", type=Path, metavar="STILL", help="A photo of one person.")
    parser.add_argument("--seed", type=int, default=0, help="Other numbers draw other movements. Default: 0.")
    film = parser.add_argument_group("films")
    film.add_argument("--video", type=Path, required=True, help="Write a film, .mjpeg or .y4m.")
    film.add_argument("--kind", choices=SCENES, default="live", help="What stands before the camera.")
    film.add_argument(
        "--turn", choices=list(Direction), action="append", help="Where the head turns; may be repeated."
    )
    film.add_argument("--straight", type=float, default=2.0, help="Seconds before each turn. Default: 2.")
    return parser


if __name__ == "__main__":
    sys.exit(main())
