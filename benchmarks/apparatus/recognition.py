"""Options, pipelines, progress bar and error handling of the recognition benchmarks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from attendance.errors import AttendanceError
from attendance.recognition.engine_loader import load_configured
from attendance.settings.settings import Settings
from benchmarks.apparatus.face_folder import BenchmarkError, Embedded, LabelledPhoto, embed_photos
from face_detection.engines.model_files import ENGINE_NAMES
from face_detection.errors import FaceDetectionError
from face_detection.pipeline import FacePipeline
from face_detection.runtime.openvino_runtime import Precision
from face_matching.errors import FaceMatchingError

ENGINES = tuple(ENGINE_NAMES)
DETECTORS = ("mtcnn", "haar")

Command = Callable[..., Any]


def engine_option(command: Command) -> Command:
    """Add ``--engine``, which may be repeated."""
    return click.option(
        "--engine", "engines", multiple=True, type=click.Choice(ENGINES), default=ENGINES, show_default=True
    )(command)


def detector_option(command: Command) -> Command:
    """Add ``--detector``, which may be repeated."""
    return click.option(
        "--detector",
        "detectors",
        multiple=True,
        type=click.Choice(DETECTORS),
        default=DETECTORS,
        show_default=True,
    )(command)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn expected errors into one sentence and exit status 1."""
    try:
        yield
    except (BenchmarkError, FaceDetectionError, FaceMatchingError, AttendanceError) as error:
        raise click.ClickException(str(error)) from error


def pipeline_for(engine: str, detector: str, precision: Precision = "f32") -> FacePipeline:
    """A pipeline with the networks from the environment's settings and a fixed precision."""
    return load_configured(Settings.from_env(os.environ), engine, detector, precision=precision)


def embed_with(
    console: Console,
    photos: Sequence[LabelledPhoto],
    engines: Sequence[str],
    detector: str,
    *,
    grey: bool = False,
    precision: Precision = "f32",
) -> dict[str, Embedded]:
    """Embed photos with several engines and one detector, with a progress bar.

    Returns:
        The embeddings by the engine's versioned name.
    """
    pipelines = [pipeline_for(engine, detector, precision) for engine in engines]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{detector}: {', '.join(engines)}", total=len(photos))
        embedded = embed_photos(
            photos, pipelines, lambda count: progress.update(task, completed=count), grey=grey
        )
    return {pipeline.engine_name: result for pipeline, result in zip(pipelines, embedded, strict=True)}
