"""What an evaluation found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.evaluation.labelled_faces import Acquisition
from attendance.evaluation.live_decisions import LiveDecisions
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import Measured
from face_matching.evaluation.rates.class_rates import ClassRates
from face_matching.evaluation.rates.closeness import Closeness
from face_matching.evaluation.rates.pair_rates import PairRates
from face_matching.evaluation.separation import Histogram
from face_matching.evaluation.ten_fold import FoldedAccuracy


@dataclass(frozen=True)
class NamedRates:
    """The rates of a class, or of classes of one size.

    Attributes:
        name: of the course, or what the classes are.
        rates: its rates.
        closeness: whether its faces are closer than the calibration's; None for few students, and for several
            classes.
    """

    name: str
    rates: ClassRates
    closeness: Closeness | None = None


@dataclass(frozen=True)
class GroupRates:
    """The rates of the people with one value of a column.

    Attributes:
        value: the value.
        people: number of people with a face.
        fmr: of pairs within the group, at the threshold of all pairs.
        fnmr: of its people's own pairs, at that threshold.
        named: its people as strangers in the classes: marked without a person's look.
        fpir: its people as strangers in the classes: marked or reviewed.
        marked: its people as students of their classes: marked at once.
        fnir: its people as students of their classes: not found.
    """

    value: str
    people: int
    fmr: Measured
    fnmr: Measured
    named: Measured
    fpir: Measured
    marked: Measured
    fnir: Measured


@dataclass(frozen=True)
class CurvePoints:
    """Points of a curve, thinned for drawing: FMR, and FNMR at the same threshold."""

    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Confusion:
    """One of the worst comparisons.

    Attributes:
        same: whether both photos show one person.
        score: the similarity of the faces.
        names: whom the photos show.
        photos: what the photos are called.
        pictures: the faces as JPEG, or empty bytes.
    """

    same: bool
    score: float
    names: tuple[str, str]
    photos: tuple[str, str]
    pictures: tuple[bytes, bytes]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All that was found.

    Attributes:
        source: what was evaluated, in words.
        at: when; aware UTC.
        engine: versioned name of the engine.
        detector: name of the detector.
        fpir: the rate of the setting in use.
        relative: whether decisions use class-relative scores.
        people: people with a face.
        faces: number of their faces.
        compared: people whose pairs were compared; fewer than ``people`` where there are very many.
        acquisition: photos and people that could not be used.
        pairs: rates of pairs; None where nobody has two photos.
        curve: FMR and FNMR for drawing.
        histogram: of the scores of pairs.
        classes: rates of classes.
        column: by what ``groups`` are made.
        groups: rates by that column.
        confusions: the worst comparisons.
        accuracy: of a list of pairs with folds.
        live: what the live system decided.
        notes: sentences on what was left out.
    """

    source: str
    at: datetime
    engine: str
    detector: str
    fpir: float
    relative: bool
    people: int
    faces: int
    compared: int
    acquisition: Acquisition
    pairs: PairRates | None
    curve: CurvePoints | None
    histogram: Histogram | None
    classes: tuple[NamedRates, ...]
    column: str | None = None
    groups: tuple[GroupRates, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    accuracy: FoldedAccuracy | None = None
    live: LiveDecisions | None = None
    notes: tuple[str, ...] = ()

    @property
    def broken_promises(self) -> tuple[NamedRates, ...]:
        """The classes in which surely more strangers pass than promised."""
        return tuple(
            each
            for each in self.classes
            if isinstance(each.rates.fpir, Estimate) and each.rates.fpir.low > self.fpir
        )
