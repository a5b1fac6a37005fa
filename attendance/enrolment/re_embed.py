"""New templates from the kept faces after a change of engine, without new photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np

from attendance.clock import Clock, local_day
from attendance.enrolment.enrolment_case import template_id
from attendance.enrolment.enrolment_result import REASONS
from attendance.errors import ConsentMissingError
from attendance.recognition.pipelines import Pipeline
from attendance.store.protocol import Store
from attendance.values import EnginePin, FaceCrop, Portrait, Student, Template
from face_detection.errors import PhotoError
from face_detection.face_crop import CutFace
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.runtime.progress import Progress, silent
from face_detection.values import Embedding

STAGE = "Reading faces"
AT_ONCE = 25
"""Students whose templates are written in one step: after each, running servers read the gallery again."""

WORKERS = 3
"""Students whose faces are read at the same time: while one waits for its picture, others are embedded."""


@dataclass(frozen=True)
class ReEmbedResult:
    """What became of the templates.

    Attributes:
        engine: versioned name of the engine that is in use now.
        detector: name of the detector that is in use now.
        embedded: students with new templates.
        photos: the number of new templates.
        unchanged: students who had all templates of this engine and detector already.
        without_face: students with templates of another engine, and no picture of theirs; their photos have
            to be enrolled again.
        unreadable: students whose pictures gave no template, each with a sentence; likewise.
        fewer: students who can be recognised by fewer photos than before.
        single: active students who can be recognised by one photo only.
    """

    engine: str
    detector: str
    embedded: int
    photos: int
    unchanged: int
    without_face: tuple[Student, ...]
    unreadable: tuple[tuple[Student, str], ...]
    fewer: tuple[Student, ...]
    single: int


def re_embed(
    store: Store,
    clock: Clock,
    pipeline: Pipeline,
    *,
    reason: str,
    zone: tzinfo | None = None,
    progress: Progress = silent,
) -> ReEmbedResult:
    """Make a template from each kept face, and set the register to this engine once all are there.

    Servers that run meanwhile go on with the former engine, and follow when the register changes over. A
    crash at any point leaves a register that works, with the former engine or the new one; running it again
    does the rest. A template stays where its photo gave none of this engine, and takes part again if the
    register goes back to its engine.

    Args:
        store: the register's database.
        clock: the source of the time.
        pipeline: the engine and detector to change to.
        reason: why, for the engine's pin.
        zone: the site's time zone, in which consents end; None means the computer's own.
        progress: called after each student.
    """
    run = _Run(store, clock, pipeline, local_day(clock.now(), zone).isoformat())
    run.add_templates(progress)
    run.add_templates()  # of photos that were enrolled meanwhile
    store.repin_engine(EnginePin(pipeline.engine_name, pipeline.detector_name, reason, clock.now()))
    run.add_templates()  # of photos that a server enrolled in the last moment
    store.drop_templates(run.replaced())
    return run.result()


class _Run:
    """One change of engine."""

    def __init__(self, store: Store, clock: Clock, pipeline: Pipeline, day: str) -> None:
        self._store = store
        self._day = day
        self._clock = clock
        self._pipeline = pipeline
        self._engine, self._detector = pipeline.engine_name, pipeline.detector_name
        self._problems: dict[tuple[str, str], PhotoProblem] = {}
        self._new: Counter[str] = Counter()  # templates by student
        self._before = {student.id: len(_photos(self._templates(student))) for student in store.students()}

    def add_templates(self, progress: Progress = silent) -> None:
        """Make and store the templates that students lack."""
        students = self._store.students()
        with ThreadPoolExecutor(WORKERS) as pool:
            for start in range(0, len(students), AT_ONCE):
                some: list[Template] = []
                for number, made in enumerate(
                    pool.map(self._made, students[start : start + AT_ONCE]), start=start + 1
                ):
                    some += made
                    progress(STAGE, number, len(students))
                self._add(some)

    def replaced(self) -> list[Template]:
        """The templates of other engines and detectors whose photo has one of this engine and detector."""
        return [
            template
            for student in self._store.students()
            for templates in [self._templates(student)]
            for template in templates
            if not self._is_ours(template) and template.source in _photos(filter(self._is_ours, templates))
        ]

    def result(self) -> ReEmbedResult:
        """What became of everybody."""
        unchanged, single = 0, 0
        without_face, unreadable, fewer = [], [], []
        for student in self._store.students():
            templates = self._templates(student)
            ours = _photos(filter(self._is_ours, templates))
            problems = [found for (whose, _), found in self._problems.items() if whose == student.id]
            if not ours and problems:
                unreadable.append((student, REASONS[problems[0]]))
            elif not ours and templates:
                without_face.append(student)
            elif ours and len(ours) < self._before.get(student.id, 0):
                fewer.append(student)
            unchanged += bool(ours) and student.id not in self._new
            single += len(ours) == 1 and student.active
        return ReEmbedResult(
            self._engine,
            self._detector,
            embedded=len(self._new),
            photos=self._new.total(),
            unchanged=unchanged,
            without_face=tuple(without_face),
            unreadable=tuple(unreadable),
            fewer=tuple(fewer),
            single=single,
        )

    def _add(self, templates: Sequence[Template]) -> None:
        try:
            self._store.add_templates(templates, only_known=True)
        except ConsentMissingError:  # withdrawn meanwhile: the others' still count
            students = dict.fromkeys(template.student_id for template in templates)
            if len(students) == 1:
                return
            for student_id in students:
                self._add([template for template in templates if template.student_id == student_id])
            return
        self._new.update(template.student_id for template in templates)

    def _made(self, student: Student) -> list[Template]:
        """The templates that a student lacks and that the kept pictures give."""
        if not student.agrees_on(self._day):
            return []
        made = []
        for picture in self._pictures(student):
            found = self._embedding(picture)
            if isinstance(found, PhotoProblem):
                self._problems[student.id, picture.source] = found
            else:
                made.append(self._template(student, picture.source, *found))
        return made

    def _pictures(self, student: Student) -> list[FaceCrop | Portrait]:
        """The kept pictures of photos without a template of this engine and detector."""
        templates = self._templates(student)
        ours, all_photos = _photos(filter(self._is_ours, templates)), _photos(templates)
        if templates and ours == all_photos:
            return []
        pictures: dict[str, FaceCrop | Portrait] = {
            crop.source: crop for crop in self._store.crops_of(student.id)
        }
        portrait = self._store.portrait_of(student.id)
        if portrait is not None and (portrait.source in all_photos or not (ours or pictures)):
            pictures.setdefault(portrait.source, portrait)
        return [
            picture
            for source, picture in pictures.items()
            if source not in ours and (student.id, source) not in self._problems
        ]

    def _embedding(self, picture: FaceCrop | Portrait) -> tuple[Embedding, float] | PhotoProblem:
        """The embedding and its quality.

        The photo has passed the stricter limits of enrolment once; the limits of check-in keep a rounding
        error of the cut-out from refusing it now.
        """
        try:
            if isinstance(picture, FaceCrop) and picture.detector == self._detector:
                return self._pipeline.embed_cut(_cut_face(picture)), picture.quality
            probe = self._pipeline.read(picture.jpeg, CHECK_IN_LIMITS)
        except PhotoError as error:
            return error.problem
        if probe.embedding is None:
            return probe.problems[0] if probe.problems else PhotoProblem.NO_FACE
        return probe.embedding, probe.quality

    def _template(self, student: Student, source: str, embedding: Embedding, quality: float) -> Template:
        return Template(
            id=template_id(student.id, self._engine, self._detector, source),
            student_id=student.id,
            engine=self._engine,
            detector=self._detector,
            embedding=embedding,
            source=source,
            quality=quality,
            created_at=self._clock.now(),
        )

    def _templates(self, student: Student) -> list[Template]:
        return self._store.templates_of(student.id)

    def _is_ours(self, template: Template) -> bool:
        return template.is_by(self._engine, self._detector)


def _photos(templates: Iterable[Template]) -> set[str]:
    """The photos that templates are of."""
    return {template.source for template in templates}


def _cut_face(crop: FaceCrop) -> CutFace:
    landmarks = np.array(crop.landmarks, np.float32).reshape(5, 2)
    return CutFace(crop.jpeg, np.array(crop.box, np.float32), landmarks)
