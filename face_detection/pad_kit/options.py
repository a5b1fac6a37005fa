"""The options of the kit's command."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from face_detection.pad_kit.fake_camera import SCENES
from face_detection.pad_kit.values import Direction, PresentationKind

ENGINES, DETECTORS = ("retail", "both", "facenet", "dlib"), ("mtcnn", "haar")
MOST_SECONDS = 60  # before each turn of a film, whose frames are all in memory


def parser_of_kit() -> argparse.ArgumentParser:
    """The options of ``python -m face_detection.pad_kit``."""
    parser = argparse.ArgumentParser(
        prog="python -m face_detection.pad_kit",
        description="Measure the check against photos, or make a film for a browser's fake camera.",
    )
    parser.add_argument(
        "source",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="A photo of each person, or a folder of photos.",
    )
    parser.add_argument(
        "--seed", type=_from_zero, default=0, help="Other numbers draw other movements. Default: 0."
    )
    _add_report(parser.add_argument_group("reports"))
    _add_film(parser.add_argument_group("films"))
    return parser


def _add_report(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--report", type=Path, metavar="DIR", help="Write the report into this folder.")
    group.add_argument("--bursts", type=Path, metavar="FOLDER", help="Recorded ones: KIND/PERSON/left-1.mp4.")
    group.add_argument("--people", type=_pair, help="With at most so many people, from 2. Default: all.")
    group.add_argument(
        "--skip", type=_from_zero, default=0, help="Without the first so many, those of an earlier run."
    )
    group.add_argument("--others", type=_number, help="With fewer for kinds that have no target.")
    group.add_argument("--half", type=int, choices=(0, 1), help="Only half of the people, by their names.")
    kinds = list(PresentationKind)
    only = f"Only this one; repeatable: {'; '.join(kinds)}."
    group.add_argument("--only", choices=kinds, action="append", metavar="KIND", help=only)
    group.add_argument("--movements", type=int, choices=(1, 2), default=1, help="How many are asked for.")
    group.add_argument("--engine", choices=ENGINES, default="retail", help="Default: retail.")
    group.add_argument("--detector", choices=DETECTORS, default="mtcnn", help="Default: mtcnn.")
    group.add_argument("--jobs", type=_number, default=1, help="Processes. Default: 1.")


def _add_film(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--video", type=Path, metavar="FILE", help="Write a film, .mjpeg or .y4m, of one photo."
    )
    group.add_argument("--kind", choices=SCENES, default="live", help="What is in front of the camera.")
    group.add_argument("--turn", choices=list(Direction), action="append", help="Where to; repeatable.")
    group.add_argument("--straight", type=_seconds, default=2.0, help="Seconds before each turn. Default: 2.")


def _number(word: str, least: int = 1) -> int:
    """A whole number from the least one."""
    if not (word.isascii() and word.isdigit()) or int(word) < least:
        raise argparse.ArgumentTypeError(f"{word} is not a whole number from {least}")
    return int(word)


def _pair(word: str) -> int:
    """A whole number from 2: some attacks need a second person."""
    return _number(word, 2)


def _from_zero(word: str) -> int:
    """A whole number from 0."""
    return _number(word, 0)


def _seconds(word: str) -> float:
    """Seconds up to a minute."""
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{word} is not a number of seconds from 0 to {MOST_SECONDS}")
    return seconds
