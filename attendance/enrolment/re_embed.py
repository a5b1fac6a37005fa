"""New templates from the stored portraits after a change of engine, without new photos."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.clock import Clock
from attendance.enrolment.enrolment_case import template_id
from attendance.enrolment.enrolment_result import REASONS
from attendance.recognition.pipelines import Pipeline
from attendance.store.protocol import Store
from attendance.values import EnginePin, Portrait, Student, Template
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.runtime.progress import Progress, silent

STAGE = "Reading portraits"


@dataclass(frozen=True)
class ReEmbedResult:
    """What became of the templates.

    Attributes:
        engine: versioned name of the engine that is in use now.
        detector: name of the detector that is in use now.
        embedded: students with new templates.
        unchanged: students who had templates of this engine and detector already.
        without_portrait: students with templates of another engine and no portrait; their photos have to be
            enrolled again.
        unreadable: students whose portrait gave no template, each with a sentence; likewise.
    """

    engine: str
    detector: str
    embedded: int
    unchanged: int
    without_portrait: tuple[Student, ...]
    unreadable: tuple[tuple[Student, str], ...]


def re_embed(
    store: Store, clock: Clock, pipeline: Pipeline, *, reason: str, progress: Progress = silent
) -> ReEmbedResult:
    """Make a template from each stored portrait, and set the register to this engine.

    A crash at any point leaves a register that works, with the former engine or the new one; running it
    again does the rest. Templates of students who could not be embedded stay as they are, and take part
    again if the register goes back to their engine.

    Args:
        store: the register's database.
        clock: the source of the time.
        pipeline: the engine and detector to change to.
        reason: why, for the engine's pin.
        progress: called after each student.
    """
    engine, detector = pipeline.engine_name, pipeline.detector_name
    embedded, unchanged, without_portrait, unreadable = [], 0, [], []
    students = store.students()
    for number, student in enumerate(students, start=1):
        templates = store.templates_of(student.id)
        portrait = store.portrait_of(student.id)
        if any(template.is_by(engine, detector) for template in templates):
            unchanged += 1
            embedded.append(student)
        elif portrait is not None and student.consent is not None:
            template = _template(portrait, pipeline, clock)
            if isinstance(template, PhotoProblem):
                unreadable.append((student, REASONS[template]))
            else:
                store.add_templates([template])
                embedded.append(student)
        elif templates:
            without_portrait.append(student)
        progress(STAGE, number, len(students))
    # All new templates are stored before the engine changes, and the old ones are deleted afterwards.
    store.repin_engine(EnginePin(engine, detector, reason, clock.now()))
    for student in embedded:
        _drop_others(store, student, engine, detector)
    return ReEmbedResult(
        engine, detector, len(embedded) - unchanged, unchanged, tuple(without_portrait), tuple(unreadable)
    )


def _template(portrait: Portrait, pipeline: Pipeline, clock: Clock) -> Template | PhotoProblem:
    """The template of a portrait.

    Its photo has passed the stricter limits of enrolment once; the limits of check-in keep a rounding error
    of the cut-out from refusing it now.
    """
    try:
        probe = pipeline.read(portrait.jpeg, CHECK_IN_LIMITS)
    except PhotoError as error:
        return error.problem
    if probe.embedding is None:
        return probe.problems[0] if probe.problems else PhotoProblem.NO_FACE
    engine, detector = pipeline.engine_name, pipeline.detector_name
    return Template(
        id=template_id(portrait.student_id, engine, detector, portrait.source),
        student_id=portrait.student_id,
        engine=engine,
        detector=detector,
        embedding=probe.embedding,
        source=portrait.source,
        quality=probe.quality,
        created_at=clock.now(),
    )


def _drop_others(store: Store, student: Student, engine: str, detector: str) -> None:
    templates = store.templates_of(student.id)
    kept = [template for template in templates if template.is_by(engine, detector)]
    if len(kept) < len(templates):
        store.replace_templates(student.id, kept)
