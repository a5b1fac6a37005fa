"""Compute the constants of ``thresholds.py`` and ``relative_scores/retail_curves.py`` in ``face_matching/``.

    python -m benchmarks.calibrate ../shared/faces/lfwhalf --groups ../shared/faces/lfwhalf_groups.csv \
        --others ../shared/faces/lfw10 --others ../shared/faces/lfw150gray [--cache FOLDER]

FOLDER contains a folder for each person. Thresholds are counted on the people whose group in the file is
``other``; the error rates beside them are of the people in the other folders. Prints Python source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks.apparatus.embedding_cache import embedded_folder, joined
from benchmarks.apparatus.face_folder import Embedded
from benchmarks.apparatus.groups_of_people import of_people, read_groups
from benchmarks.apparatus.recognition import DETECTORS, ENGINES, detector_option, engine_option, plain_errors
from face_matching.decision import DecisionPolicy, Provenance
from face_matching.evaluation.calibration import SIZES, calibrate, calibrate_relative
from face_matching.evaluation.error_rates import equal_error, pair_scores, tar_at_far
from face_matching.relative_scores.relative_curves import RelativeCurves
from face_matching.thresholds import COMMAND, DATA_SET, policy_of

CALIBRATED = "other"
"""The group of the people on whom thresholds are counted."""

RELATIVE = ("retail-1",)
"""Engines with class-relative scores. With FaceNet and dlib these refuse most of a class of one group
(docs/accuracy.md)."""

DECIMALS = 3
"""Thresholds are rounded up to this many decimals: finer than any confidence interval, and short to read."""


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--groups", required=True, type=click.Path(path_type=Path), help="CSV file: person, group.")
@click.option("--others", multiple=True, type=click.Path(path_type=Path), help="Folder for the error rates.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which embeddings are kept.")
@engine_option
@detector_option
def main(
    *,
    folder: Path,
    groups: Path,
    others: tuple[Path, ...],
    cache: Path | None,
    engines: tuple[str, ...] = ENGINES,
    detectors: tuple[str, ...] = DETECTORS,
) -> None:
    """Calibrate and print the policies."""
    console = Console(stderr=True)
    with plain_errors():
        people = {name for name, group in read_groups(groups).items() if group == CALIBRATED}
        for detector in detectors:
            found = embedded_folder(console, folder, engines, detector, cache=cache)
            rest = [embedded_folder(console, each, engines, detector, cache=cache) for each in others]
            for engine, embedded in found.items():
                reported = joined([each[engine] for each in rest])
                print(source_of(calibrated(of_people(embedded, people), reported, engine, detector)))


def calibrated(
    embedded: Embedded,
    reported: Embedded | None,
    engine: str,
    detector: str,
    *,
    sizes: Sequence[int] = SIZES,
) -> DecisionPolicy:
    """Calibrate a policy.

    Args:
        embedded: the photos on which thresholds are counted.
        reported: photos of other people, for error rates; None measures none.
        engine: versioned name of the engine.
        detector: name of the detector.
        sizes: the sizes of class for class-relative scores.

    Raises:
        EvaluationError: there are too few people.
    """
    found = calibrate(embedded.embeddings, embedded.identities)
    eer = tar = 0.0
    if reported is not None:
        pairs = pair_scores(reported.embeddings, reported.identities)
        eer = equal_error(pairs.genuine, pairs.impostor).rate
        tar = tar_at_far(pairs.genuine, pairs.impostor, 1e-3)
    relative = None
    if engine in RELATIVE:
        relative = _rounded(calibrate_relative(embedded.embeddings, embedded.identities, sizes))
    return policy_of(
        engine,
        detector,
        tuple(_up(threshold) for threshold in found.search.thresholds),
        margin=_up(found.margin),
        same_person_at=_up(found.same_person_at),
        provenance=Provenance(
            data_set=DATA_SET,
            people=found.people,
            photos=found.photos,
            impostor_pairs=found.impostor_pairs,
            date=datetime.now(UTC).date().isoformat(),
            command=COMMAND,
            eer=round(eer, 4),
            tar_at_far_1e3=round(tar, 4),
        ),
        relative=relative,
    )


def _rounded(curves: RelativeCurves) -> RelativeCurves:
    return RelativeCurves(
        curves.sizes,
        curves.fpirs,
        tuple(tuple(_up(threshold) for threshold in row) for row in curves.thresholds),
        tuple(_up(threshold) for threshold in curves.same_person),
        _up(curves.margin),
    )


def _up(value: float) -> float:
    """Round up, to the strict side."""
    return float(np.ceil(value * 10**DECIMALS) / 10**DECIMALS)


def source_of(policy: DecisionPolicy) -> str:
    """A policy as Python source."""
    where, name = policy.provenance, constant_name(policy)
    lines = [
        f"{name} = policy_of(",
        f'    "{policy.engine}",',
        f'    "{policy.detector}",',
        f"    {policy.search.thresholds},",
        f"    margin={policy.margin},",
        f"    same_person_at={policy.same_person_at},",
        "    provenance=_counted(",
        f"        people={where.people},",
        f"        photos={where.photos},",
        f"        impostor_pairs={where.impostor_pairs},",
        f'        date="{where.date}",',
        f"        eer={where.eer},",
        f"        tar_at_far_1e3={where.tar_at_far_1e3},",
        "    ),",
    ]
    if policy.relative is None:
        return "\n".join([*lines, ")"])
    return "\n".join([*lines, f"    relative={name}_RELATIVE,", ")", _relative_source(name, policy.relative)])


def _relative_source(name: str, curves: RelativeCurves) -> str:
    lines = [
        f"{name}_RELATIVE = RelativeCurves(",
        f"    sizes={curves.sizes},",
        "    fpirs=FPIRS,",
        "    thresholds=(",
        *(f"        {row}," for row in curves.thresholds),
        "    ),",
        f"    same_person={curves.same_person},",
        f"    margin={curves.margin},",
        ")",
    ]
    return "\n".join(lines)


def constant_name(policy: DecisionPolicy) -> str:
    """The name of the policy's constant, such as ``FACENET_1_MTCNN``."""
    return f"{policy.engine}_{policy.detector}".replace("-", "_").upper()


if __name__ == "__main__":
    main()
