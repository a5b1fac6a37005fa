"""Measure the check against photos, or make a film for a fake camera.

    python -m face_detection.pad_kit FOLDER --report DIR [--people 300] [--others 100] [--half 1] [--jobs 2]
    python -m face_detection.pad_kit --bursts FOLDER --report DIR
    python -m face_detection.pad_kit STILL --video FILE.mjpeg [--kind live|print|replay] [--turn left]

Here the kit, which knows no students, is put together with the rule of the server that it measures.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from attendance.errors import AttendanceError
from attendance.liveness.rule import judge_shown
from attendance.settings.settings import Settings
from face_detection.errors import FaceDetectionError
from face_detection.liveness.values import Turn
from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.fake_camera import FilmCourse, filmed, require_film_name, write_film
from face_detection.pad_kit.options import parser_of_kit
from face_detection.pad_kit.portraits import FacePortrait, portrait_of, portraits_of, stills_of
from face_detection.pad_kit.recorded import recorded
from face_detection.pad_kit.results.pad_report import JudgedPresentation, report_of
from face_detection.pad_kit.results.report_files import markdown_of, write_reports
from face_detection.pad_kit.running import RunPlan, judged, judged_stills, required_pair, with_helpers
from face_detection.pad_kit.values import CheckAnswer, Direction, Presentation, PresentationKind
from face_detection.pipeline import FacePipeline, load_pipeline
from face_detection.quality import CHECK_IN_LIMITS
from face_matching.errors import FaceMatchingError
from face_matching.evaluation.calibration import half_of


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        The exit status: 0, or 2 if the material can't be used.
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
    return 0


class ServerCheck:
    """What a server does with a check-in's photo and frames before it looks for the student.

    Args:
        pipeline: the server's detector, engine and burst reader.
    """

    def __init__(self, pipeline: FacePipeline) -> None:
        self._pipeline = pipeline
        mesh = "with the face mesh" if pipeline.bursts.has_mesh else "without the face mesh"
        self.name = f"{pipeline.engine_name}, {pipeline.detector_name}, {mesh}"

    def __call__(self, shown: Presentation) -> CheckAnswer:
        """Judge a presentation."""
        probe = self._pipeline.read(shown.snapshot, CHECK_IN_LIMITS)
        if probe.embedding is None:
            return CheckAnswer(tuple(problem.value for problem in probe.problems))
        turns = [Turn(direction.value) for direction in shown.asked]
        movement = judge_shown(self._pipeline, probe.embedding, shown.frames, shown.taken, turns)
        return CheckAnswer(movement.why)


@cache
def _check(engine: str, detector: str) -> ServerCheck:
    """The check of a server with this machine's settings; each process has its own."""
    settings = Settings.from_env(os.environ)
    pipeline = load_pipeline(
        engine,
        detector,
        models=settings.models,
        facenet_weights=settings.facenet_weights,
        retail_model=settings.retail_model,
        device=settings.device,
    )
    return ServerCheck(pipeline)


def _report(options: argparse.Namespace) -> None:
    check = _check(options.engine, options.detector)
    found: list[JudgedPresentation] = []
    material = []
    if options.source is not None:
        portraits = _portraits(options)
        found += _of_stills(portraits, options)
        material.append(f"Made from stills of {len(portraits)} people in {options.source.name}.")
    if options.bursts is not None:
        found += [judged(each, check) for each in recorded(options.bursts)]
        material.append(f"Recorded bursts in {options.bursts.name}.")
    report = report_of(found, check=check.name, material=" ".join(material), seed=options.seed)
    paths = write_reports(options.report, report, found)
    sys.stdout.write(markdown_of(report))
    sys.stdout.write("".join(f"{path}\n" for path in paths))


def _portraits(options: argparse.Namespace) -> list[FacePortrait]:
    stills = stills_of(options.source).items()
    chosen = ((person, paths) for person, paths in stills if options.half in (None, half_of(person)))
    portraits = list(islice(portraits_of(chosen), options.people))
    required_pair(portraits, options.source)
    return portraits


def _of_stills(
    portraits: Sequence[FacePortrait], options: argparse.Namespace
) -> Iterator[JudgedPresentation]:
    kinds = tuple(PresentationKind(kind) for kind in options.only or PresentationKind)
    plan = RunPlan(kinds, options.others, options.movements, options.seed)
    orders = ((person, plan, options.engine, options.detector) for person in with_helpers(portraits))
    if options.jobs == 1:
        results: Iterator[list[JudgedPresentation]] = map(_present, orders)
        yield from _counted(results, len(portraits))
        return
    with get_context("spawn").Pool(options.jobs) as pool:
        yield from _counted(pool.imap(_present, orders), len(portraits))


def _present(
    order: tuple[tuple[int, FacePortrait, FacePortrait], RunPlan, str, str],
) -> list[JudgedPresentation]:
    person, plan, engine, detector = order
    return list(judged_stills([person], plan, _check(engine, detector)))


def _counted(results: Iterator[list[JudgedPresentation]], people: int) -> Iterator[JudgedPresentation]:
    """The results, with a line about how many people are done."""
    for number, result in enumerate(results, start=1):
        sys.stderr.write(f"\r{number} of {people} people{chr(10) if number == people else ''}")
        sys.stderr.flush()
        yield from result


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
