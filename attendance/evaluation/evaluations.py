"""Evaluates a folder of photos, or the enrolled students."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from attendance.clock import Clock
from attendance.errors import EvaluationDataError
from attendance.evaluation.background import BackgroundEvaluation
from attendance.evaluation.calibrating import CalibrationPlan, plan_calibration, require_enough
from attendance.evaluation.class_table import search_drawn, search_site
from attendance.evaluation.columns import groups_in_list, groups_in_register
from attendance.evaluation.enrolled_students import classes_of_site, enrolled_faces_of
from attendance.evaluation.evaluating import evaluate
from attendance.evaluation.face_folder import read_face_folder
from attendance.evaluation.live_decisions import live_decisions
from attendance.evaluation.pair_lists import accuracy_of, photos_of, read_pairs
from attendance.evaluation.results import Evaluation
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.pipelines import PolicySource
from attendance.recognition.site_calibration import SiteCalibrations
from attendance.store.protocol import Store
from attendance.values import EnginePin
from face_detection.runtime.progress import Progress, silent
from face_matching.decision import DecisionPolicy

ENROLLED = "the enrolled students"


@dataclass(frozen=True)
class Grouping:
    """By what groups are made.

    Attributes:
        column: the heading of a column, or a field of students.
        list_file: where it is; None: in the register.
    """

    column: str
    list_file: Path | None = None


class Evaluations:
    """Measures the error rates of one site.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: the engine in use.
        usual: the rule of decision without a calibration of the site.
        calibrations: those of the site.

    Attributes:
        calibrations: the same.
        background: runs those of the web page.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        matcher: MatcherSource,
        usual: PolicySource,
        calibrations: SiteCalibrations,
    ) -> None:
        self._store = store
        self._clock = clock
        self._matcher = matcher
        self._usual = usual
        self.calibrations = calibrations
        self.background = BackgroundEvaluation()
        self._lock = Lock()
        self._measured: frozenset[str] = frozenset()  # students whom a result in memory may name

    def purge(self) -> bool:
        """Drop the result of the background if somebody in it was erased, or withdrew consent.

        Returns:
            Whether it was dropped.
        """
        with self._lock:
            if not self._measured:
                return False
            agreed = {student.id for student in self._store.students() if student.consent is not None}
            if self._measured <= agreed:
                return False
            self._measured = frozenset()
            self.background.forget()
            return True

    def of_enrolled(
        self, pin: EnginePin, grouping: Grouping | None = None, progress: Progress = silent
    ) -> Evaluation:
        """Evaluate the enrolled students in the classes of the site, and what the live system decided.

        Args:
            pin: the engine and detector in use.
            grouping: by what to group them.
            progress: receives the progress.

        Raises:
            EvaluationDataError: fewer than two students have a face, or there is no such column.
            EngineMismatchError: the templates are of another engine.
        """
        self.purge()
        with self._lock:
            faces = enrolled_faces_of(self._store, pin)
            self._measured |= set(faces.acquisition.not_enrolled) | set(faces.keys)
        groups = None
        if grouping is not None and grouping.list_file is None:
            groups = groups_in_register(self._store, grouping.column, faces.keys)
        elif grouping is not None and grouping.list_file is not None:
            groups = groups_in_list(grouping.list_file, grouping.column, faces)
        policy, live = self.rule(pin), live_decisions(self._store)
        searched = search_site(faces, classes_of_site(self._store, faces), policy, progress)
        return evaluate(
            faces,
            policy,
            searched,
            source=ENROLLED,
            at=self._clock.now(),
            column=None if grouping is None else grouping.column,
            groups=groups,
            live=live,
        )

    def of_folder(
        self,
        folder: Path,
        *,
        sizes: Sequence[int] = (),
        grouping: Grouping | None = None,
        pairs: Path | None = None,
        progress: Progress = silent,
    ) -> Evaluation:
        """Evaluate a folder with a folder of photos for each person; nothing of it is stored.

        Args:
            folder: the folder.
            sizes: sizes of the classes that are drawn; see ``search_drawn``.
            grouping: by what to group the people.
            pairs: a list of pairs; only its photos are read then.
            progress: receives the progress.

        Raises:
            EvaluationDataError: something can't be read or understood.
            StudentListError: a list can't be read.
            face_detection.errors.FaceDetectionError: no engine can be had.
        """
        listed = None if pairs is None else read_pairs(pairs)
        if grouping is not None and grouping.list_file is None:
            raise EvaluationDataError(
                f"A folder has no columns. Name the list that has the column {grouping.column!r}: --list FILE"
            )
        only = None if listed is None else photos_of(listed)
        faces = read_face_folder(folder, self._matcher.pipeline(), only=only, progress=progress)
        groups = None
        if grouping is not None and grouping.list_file is not None:
            groups = groups_in_list(grouping.list_file, grouping.column, faces)
        policy = self._matcher.policy(faces.engine, faces.detector)
        found = evaluate(
            faces,
            policy,
            search_drawn(faces, policy, sizes, progress),
            source=folder.name,
            at=self._clock.now(),
            column=None if grouping is None else grouping.column,
            groups=groups,
        )
        if listed is None:
            return found
        accuracy, missing = accuracy_of(listed, faces)
        note = f"{missing} of {len(listed)} pairs have a photo without a usable face, and count as different."
        return replace(found, accuracy=accuracy, notes=(*found.notes, *([note] if missing else [])))

    def plan_calibration(
        self, pin: EnginePin, fpir: float, *, by: str, progress: Progress = silent
    ) -> CalibrationPlan:
        """Find the thresholds for a wished FPIR on the enrolled students, without changing anything.

        Args:
            pin: the engine and detector in use.
            fpir: the wish.
            by: who asks.
            progress: receives the progress.

        Raises:
            CalibrationError: there are too few students for the wish.
            EvaluationDataError: fewer than two students have a face.
            EngineMismatchError: the templates are of another engine.
        """
        faces = enrolled_faces_of(self._store, pin)
        require_enough(len(faces.keys), fpir)
        return plan_calibration(
            faces,
            classes_of_site(self._store, faces),
            self._usual(pin.engine, pin.detector),
            self.rule(pin),
            fpir=fpir,
            at=self._clock.now(),
            by=by,
            source=ENROLLED,
            progress=progress,
        )

    def rule(self, pin: EnginePin) -> DecisionPolicy:
        """The rule of decision in use, with the calibration of the site."""
        return self._matcher.policy(pin.engine, pin.detector)
