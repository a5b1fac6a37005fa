"""Compute the constants of ``face_matching/thresholds.py``.

    python -m benchmarks.calibrate FOLDER [FOLDER ...] > policies.txt

Thresholds are calibrated on one half of the people in the folders and evaluated on the other (see
``half_of``). Prints the policies as Python source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks.apparatus.face_folder import Embedded, labelled_photos
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, embed_with, plain_errors
from face_matching.decision import DecisionPolicy, Provenance, RelativeCurves
from face_matching.evaluation.calibration import calibrate, half_of
from face_matching.evaluation.error_rates import equal_error, pair_scores, tar_at_far
from face_matching.threshold_curve import ThresholdCurve

NORMALISED = ("facenet-1",)
"""Engines that are more accurate in classrooms with normalised scores: docs/classroom.md. With dlib, whose
impostor scores are all about 0.85, normalised scores are much worse."""

DECIMALS = 3
"""Thresholds are rounded up to this many decimals: finer than any confidence interval, and short to read."""


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Calibrate and print the policies."""
    console = Console(stderr=True)
    with plain_errors():
        photos = labelled_photos(folders)
        for detector in DETECTORS:
            for engine, embedded in embed_with(console, photos, ENGINES, detector).items():
                print(source_of(policy_from(embedded, engine, detector, folders)))


def policy_from(embedded: Embedded, engine: str, detector: str, folders: Sequence[Path]) -> DecisionPolicy:
    """Calibrate a policy on half 0 of the people and evaluate it on half 1.

    Raises:
        EvaluationError: there are too few people.
    """
    halves = np.array([half_of(name) for name in embedded.identities])
    names = np.array(embedded.identities)
    found = calibrate(embedded.embeddings[halves == 0], names[halves == 0].tolist())
    pairs = pair_scores(embedded.embeddings[halves == 1], names[halves == 1].tolist())
    provenance = Provenance(
        data_set=f"half 0 of {' and '.join(folder.name for folder in folders)} (LFW)",
        people=found.people,
        photos=found.photos,
        impostor_pairs=found.impostor_pairs,
        date=datetime.now(UTC).date().isoformat(),
        command=f"python -m benchmarks.calibrate {' '.join(folder.as_posix() for folder in folders)}",
        eer=round(equal_error(pairs.genuine, pairs.impostor).rate, 4),
        tar_at_far_1e3=round(tar_at_far(pairs.genuine, pairs.impostor, 1e-3), 4),
    )
    return DecisionPolicy(
        engine=engine,
        detector=detector,
        search=_rounded(found.search),
        proven=_rounded(found.proven),
        margin=_up(found.margin),
        same_person_at=_up(found.same_person_at),
        provenance=provenance,
        relative=_rounded_curves(found.relative) if engine in NORMALISED else None,
    )


def _rounded_curves(curves: RelativeCurves) -> RelativeCurves:
    return RelativeCurves(_rounded(curves.search), _rounded(curves.proven))


def _rounded(curve: ThresholdCurve) -> ThresholdCurve:
    return ThresholdCurve(curve.fmrs, tuple(_up(threshold) for threshold in curve.thresholds))


def _up(value: float) -> float:
    """Round up, to the strict side."""
    return float(np.ceil(value * 10**DECIMALS) / 10**DECIMALS)


def source_of(policy: DecisionPolicy) -> str:
    """A policy as Python source, for ``face_matching/thresholds.py``."""
    where = policy.provenance
    lines = [
        f"{constant_name(policy)} = DecisionPolicy(",
        f'    engine="{policy.engine}",',
        f'    detector="{policy.detector}",',
        f"    search=ThresholdCurve(RATES, {policy.search.thresholds}),",
        f"    proven=ThresholdCurve(RATES, {policy.proven.thresholds}),",
        f"    margin={policy.margin},",
        f"    same_person_at={policy.same_person_at},",
        "    provenance=Provenance(",
        f'        data_set="{where.data_set}",',
        f"        people={where.people},",
        f"        photos={where.photos},",
        f"        impostor_pairs={where.impostor_pairs},",
        f'        date="{where.date}",',
        f'        command="{where.command}",',
        f"        eer={where.eer},",
        f"        tar_at_far_1e3={where.tar_at_far_1e3},",
        "    ),",
        *_relative_lines(policy.relative),
        ")",
    ]
    return "\n".join(lines)


def _relative_lines(curves: RelativeCurves | None) -> tuple[str, ...]:
    if curves is None:
        return ()
    return (
        "    relative=RelativeCurves(",
        f"        search=ThresholdCurve(RATES, {curves.search.thresholds}),",
        f"        proven=ThresholdCurve(RATES, {curves.proven.thresholds}),",
        "    ),",
    )


def constant_name(policy: DecisionPolicy) -> str:
    """The name of the policy's constant, such as ``FACENET_1_MTCNN``."""
    return f"{policy.engine}_{policy.detector}".replace("-", "_").upper()


if __name__ == "__main__":
    main()
