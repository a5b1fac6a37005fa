"""Finds the thresholds for a wished FPIR on a site's own students, and what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from attendance.errors import CalibrationError
from attendance.evaluation.class_table import SearchedClasses, search_site
from attendance.evaluation.enrolled_students import NamedClass
from attendance.evaluation.labelled_faces import LabelledFaces
from attendance.evaluation.output.numbers import interval, per_cent
from attendance.recognition.site_calibration import SiteCalibration
from face_detection.runtime.progress import Progress, silent
from face_matching.decision import DecisionPolicy
from face_matching.evaluation.calibration import twin_margin
from face_matching.evaluation.measured import RULE_OF_THREE, Measured, people_for_searches
from face_matching.evaluation.rates.class_rates import fnir_above, fpir_above
from face_matching.weighted_scores import scores_of

FEWEST_FOR_MARGIN = 20
"""Students with three photos, from which the margin is set again."""

MOST_FPIR = 0.5


@dataclass(frozen=True)
class CalibrationPlan:
    """A calibration, and what it changes.

    Attributes:
        calibration: what would be put into use.
        fpir_before: strangers who pass with the rule in use.
        fpir_after: the same with the new rule.
        fnir_before: students who are not found with the rule in use.
        fnir_after: the same with the new rule.
        margin_before: the margin in use.
    """

    calibration: SiteCalibration
    fpir_before: Measured
    fpir_after: Measured
    fnir_before: Measured
    fnir_after: Measured
    margin_before: float


def plan_calibration(
    faces: LabelledFaces,
    classes: Sequence[NamedClass],
    usual: DecisionPolicy,
    in_use: DecisionPolicy,
    *,
    fpir: float,
    at: datetime,
    by: str,
    source: str,
    progress: Progress = silent,
) -> CalibrationPlan:
    """Search the classes of the site, and find the threshold that the wished share of strangers reaches.

    Args:
        faces: those of all students.
        classes: the classes of the site.
        usual: the rule without a calibration of the site.
        in_use: the rule as it is now.
        fpir: the wish.
        at: now.
        by: who asks.
        source: what is measured, in words.
        progress: receives the progress.

    Raises:
        CalibrationError: there are too few people for the wish.
    """
    wished = replace(usual, fpir=fpir)
    before = search_site(faces, classes, in_use, progress)
    require_enough(len(np.unique(before.strangers.people)), fpir)
    strangers = search_site(faces, classes, wished, progress).strangers
    shift = scores_of(strangers.excess).threshold_at(fpir)
    draft = SiteCalibration(
        engine=faces.engine,
        detector=faces.detector,
        fpir=fpir,
        shift=shift,
        margin=_margin(faces),
        at=at.isoformat(),
        by=by,
        source=source,
        people=len(faces.keys),
        faces=len(faces.people),
        strangers=len(np.unique(strangers.people)),
        fnir_before=_words(_fnir(before)),
        fnir_after="",
    )
    after = search_site(faces, classes, draft.applied_to(wished), progress)
    return CalibrationPlan(
        calibration=replace(draft, fnir_after=_words(_fnir(after))),
        fpir_before=fpir_above(before.strangers, 0.0),
        fpir_after=fpir_above(after.strangers, 0.0),
        fnir_before=_fnir(before),
        fnir_after=_fnir(after),
        margin_before=in_use.margin if in_use.relative is None else in_use.relative.margin,
    )


def require_enough(people: int, fpir: float) -> None:
    """Refuse a wish that so few people can't support.

    Raises:
        CalibrationError: no error among them would still allow a higher rate, or it is no rate.
    """
    if not 0 < fpir <= MOST_FPIR:
        raise CalibrationError(f"The FPIR must be above 0 and at most {MOST_FPIR}, got {fpir}.")
    needed = people_for_searches(fpir)
    if people < needed:
        possible = RULE_OF_THREE / max(people, 1)
        way = f", or a wish of {per_cent(possible)} or more" if possible <= MOST_FPIR else ""
        raise CalibrationError(
            f"An FPIR of {per_cent(fpir)} can't be calibrated with {people} students who have a face: even "
            f"if none of them passed as another, that would prove only {per_cent(min(1.0, possible))}. "
            f"It needs {needed} students{way}."
        )


def _margin(faces: LabelledFaces) -> float | None:
    """The margin that indistinguishable twins would need, if enough students have three photos."""
    several = {person for person, photos in Counter(faces.people).items() if photos > 2}
    if len(several) < FEWEST_FOR_MARGIN:
        return None
    rows = [row for row, person in enumerate(faces.people) if person in several]
    return twin_margin(faces.embeddings[rows], [faces.people[row] for row in rows])


def _fnir(searched: SearchedClasses) -> Measured:
    return fnir_above(searched.students, 0.0)


def _words(rate: Measured) -> str:
    return " ".join(interval(rate)).strip()
