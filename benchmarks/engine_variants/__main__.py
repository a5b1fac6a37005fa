"""Compare variants of the engines: metric, mirror image, weight, crop, edges and resolution.

    python -m benchmarks.engine_variants FOLDER [FOLDER ...] [--half 1] [--engine both]

A FOLDER contains a folder for each person. Each variant is compared with the actual engine on the same
bootstrap samples of people. Faces are detected by MTCNN; everything is computed in f32.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from attendance.settings.settings import Settings
from benchmarks.apparatus.face_folder import central_face, labelled_photos
from benchmarks.apparatus.recognition import engine_option, plain_errors
from benchmarks.engine_variants.comparison import table_of
from benchmarks.engine_variants.variants import VARIANTS, Subject
from face_detection.engines.model_files import ENGINE_NAMES, ModelFiles
from face_detection.face_detect import load_detector
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime


def found_subjects(
    folders: Sequence[Path], half: int | None, runtime: Runtime
) -> tuple[list[Subject], list[str]]:
    """The photos in which a face is detected, and the people they show."""
    detector = load_detector("mtcnn", runtime)
    subjects, identities = [], []
    for labelled in labelled_photos(folders, half):
        photo = decode(labelled.path.read_bytes())
        face = central_face(photo, detector.detect(photo))
        if face is not None:
            subjects.append((photo, face))
            identities.append(labelled.identity)
    return subjects, identities


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--half", type=click.IntRange(0, 1), help="Use only this half of the people.")
@click.option("--draws", default=200, show_default=True, help="Number of bootstrap samples.")
@engine_option
def main(folders: tuple[Path, ...], half: int | None, draws: int, engines: tuple[str, ...]) -> None:
    """Measure and print one table per engine."""
    console = Console(width=110)
    with plain_errors():
        settings = Settings.from_env(os.environ)
        files = ModelFiles(settings.models, settings.facenet_weights, settings.retail_model)
        runtime = Runtime(settings.device, "f32")
        subjects, identities = found_subjects(folders, half, runtime)
        console.print(f"{len(subjects)} photos of {len(set(identities))} people.")
        for engine in engines:
            files.prepare(ENGINE_NAMES[engine])
            variants = VARIANTS[engine](runtime, settings.models, subjects)
            console.print(table_of(variants, identities, draws))


if __name__ == "__main__":
    main()
