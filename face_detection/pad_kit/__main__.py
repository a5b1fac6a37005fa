"""Measure the check against photos, or make a film for a fake camera.

python -m face_detection.pad_kit FOLDER --report DIR [--people 300] [--others 100] [--half 1] [--jobs 2]
python -m face_detection.pad_kit --bursts FOLDER --report DIR
python -m face_detection.pad_kit STILL --video FILE.mjpeg [--kind live|print|replay] [--turn left]
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from attendance.errors import AttendanceError
from face_detection.errors import FaceDetectionError
from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.fake_camera import FilmCourse, filmed, require_film_name, write_film
from face_detection.pad_kit.material.choosing import LeftOut
from face_detection.pad_kit.material.portraits import portrait_of, stills_of
from face_detection.pad_kit.material.recorded import recorded
from face_detection.pad_kit.options import parser_of_kit
from face_detection.pad_kit.results.pad_report import JudgedPresentation, report_of
from face_detection.pad_kit.results.report_files import markdown_of, require_folder, write_reports
from face_detection.pad_kit.running import RunPlan, judged, required_pair, with_helpers
from face_detection.pad_kit.server_check import check_of, chosen, present
from face_detection.pad_kit.values import Direction, PresentationKind
from face_detection.pad_kit.workers import workers
from face_matching.errors import FaceMatchingError
from face_matching.evaluation.calibration import half_of

INTERRUPTED = 128 + signal.SIGINT  # the status of a program that Ctrl-C has ended


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit status: 0; 2 if the material can't be used; 130 after Ctrl-C.
    """
    parser = parser_of_kit()
    options = parser.parse_args(words)
    if bool(options.video) == bool(options.report) or (options.source is None and not options.bursts):
        parser.error("name a photo with --video, or a folder of stills or --bursts with --report")
    try:
        if options.video:
            _film(options)
        else:
            _report(options)
    except (FaceDetectionError, FaceMatchingError, AttendanceError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error.filename} can't be read: {error.strerror}.\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing was written.\n")
        return INTERRUPTED
    return 0


def _report(options: argparse.Namespace) -> None:
    require_folder(options.report)
    found: list[JudgedPresentation] = []
    material = []
    if options.source is not None:
        material.append(_judge_stills(options, found))
    check = check_of(options.engine, options.detector)
    if options.bursts is not None:
        found += [judged(each, check) for each in recorded(options.bursts)]
        material.append(f"Recorded bursts in {options.bursts.name}.")
    report = report_of(found, check=check.name, material=" ".join(material), seed=options.seed)
    sys.stdout.write(markdown_of(report))  # first, so that a full disk doesn't lose what took hours
    paths = write_reports(options.report, report, found)
    sys.stdout.write("".join(f"{path}\n" for path in paths))


def _judge_stills(options: argparse.Namespace, found: list[JudgedPresentation]) -> str:
    """Judge what is made from stills; returns a sentence about these."""
    stills = stills_of(options.source).items()
    check = options.engine, options.detector
    asked = [(person, *check) for person in stills if options.half in (None, half_of(person[0]))]
    kinds = tuple(PresentationKind(kind) for kind in options.only or PresentationKind)
    plan = RunPlan(kinds, options.others, options.movements, options.seed)
    left_out = LeftOut()
    with workers(options.jobs) as in_order:
        portraits = list(left_out.usable(in_order(chosen, asked), options.people, options.skip))
    required_pair(portraits, options.source)
    orders = [(person, plan, *check) for person in with_helpers(portraits)]
    done = 0
    try:
        with workers(options.jobs) as in_order:
            for done, results in enumerate(in_order(present, orders), start=1):
                found += results
                sys.stderr.write(f"\r{done} of {len(orders)} people")
                sys.stderr.flush()
    except KeyboardInterrupt:
        if not done:
            raise
    sys.stderr.write("\n")
    made = f"Made from stills of {done} people in {options.source.name}."
    stopped = f"Stopped before {len(orders) - done} more." if done < len(orders) else ""
    return " ".join(sentence for sentence in (made, stopped, left_out.sentence) if sentence)


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


if __name__ == "__main__":
    sys.exit(main())
