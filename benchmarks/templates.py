"""Compare ways of fusing a student's templates at equal false match rates.

    python -m benchmarks.templates FOLDER [FOLDER ...] [--engine facenet] [--detector mtcnn]

People with at least five photos are enrolled with one to four of them, drawn ten times; all other photos are
probes. TAR is compared at equal FMR. "Strangers" is the FMR at the threshold for comparing two photos at FMR
1e-3, relative to 1e-3: if it stays at 1, decisions may count students instead of templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.apparatus.face_folder import BenchmarkError, labelled_photos
from benchmarks.apparatus.recognition import detector_option, embed_with, engine_option, plain_errors
from face_matching.evaluation.bootstrap import SEED
from face_matching.evaluation.error_rates import numbered, pair_scores, tar_at_far
from face_matching.template_fusion import LENGTH_EXPONENT
from face_matching.weighted_scores import WeightedScores, scores_of

MOST_TEMPLATES = 4
DRAWS = 10
FMR = 1e-3
CLASS_FMR = 1.7e-4
"""The FMR of a class of 60 at an FPIR of 1 %."""

WAYS = ("best template", "mean of the best two", "mean", "root-normalised mean (ours)", "normalised mean")
WIDTH = 110


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@engine_option
@detector_option
def main(folders: tuple[Path, ...], engines: tuple[str, ...], detectors: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console(width=WIDTH)
    table = Table("engine", "detector", "photos", "way", title="Several templates per student")
    for heading in (f"TAR % at FMR {FMR:g}", f"TAR % at FMR {CLASS_FMR:g}", "strangers"):
        table.add_column(heading, justify="right")
    with plain_errors():
        photos = labelled_photos(folders)
        for detector in detectors:
            for engine, embedded in embed_with(console, photos, engines, detector).items():
                pairs = pair_scores(embedded.embeddings, embedded.identities)
                passing = pairs.impostor.threshold_at(FMR)
                for count in range(1, MOST_TEMPLATES + 1):
                    scores = compare(embedded.embeddings, embedded.identities, count)
                    for way, (genuine, impostor) in scores.items() if count > 1 else alone(scores):
                        rates = [
                            f"{tar_at_far(genuine, impostor, rate) * 100:.1f}" for rate in (FMR, CLASS_FMR)
                        ]
                        strangers = float(impostor.fraction_at_or_above(passing)) / FMR
                        table.add_row(engine, detector, str(count), way, *rates, f"{strangers:.2f}")
    console.print(table)


def alone(
    scores: dict[str, tuple[WeightedScores, WeightedScores]],
) -> list[tuple[str, tuple[WeightedScores, WeightedScores]]]:
    """With one template all ways are equivalent; one is enough."""
    return [("all the same", scores[WAYS[0]])]


def compare(
    embeddings: NDArray[np.float32], identities: Sequence[str], templates: int
) -> dict[str, tuple[WeightedScores, WeightedScores]]:
    """Genuine and impostor scores for each way of fusing this many templates.

    Raises:
        BenchmarkError: nobody has enough photos.
    """
    people = numbered(identities)
    photos = [np.flatnonzero(people == person) for person in range(people.max() + 1)]
    enrolled = [own for own in photos if len(own) > MOST_TEMPLATES]
    if len(enrolled) < 2:
        raise BenchmarkError(
            f"{len(enrolled)} people have more than {MOST_TEMPLATES} photos; at least two are needed"
        )
    others = np.concatenate([own for own in photos if len(own) <= MOST_TEMPLATES] or [people[:0]])
    rng = np.random.default_rng(SEED)
    found: dict[str, tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]]
    found = {way: ([], []) for way in WAYS}
    for _ in range(DRAWS):
        drawn = [rng.permutation(own) for own in enrolled]
        probes = np.concatenate([*(own[MOST_TEMPLATES:] for own in drawn), others])
        gallery = np.stack([own[:templates] for own in drawn])
        same = people[probes][:, np.newaxis] == people[gallery[:, 0]][np.newaxis]
        for way, scores in _ways(embeddings[probes], embeddings[gallery]).items():
            found[way][0].append(scores[same])
            found[way][1].append(scores[~same])
    return {
        way: (scores_of(np.concatenate(genuine)), scores_of(np.concatenate(impostor)))
        for way, (genuine, impostor) in found.items()
    }


def _ways(probes: NDArray[np.float32], gallery: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Scores ``(probes, students)`` float32 for each way; ``gallery`` is ``(students, templates, D)``."""
    each = np.einsum("pd,std->pst", probes, gallery)
    mean = each.mean(axis=2)
    lengths = np.linalg.norm(gallery.mean(axis=1), axis=1)
    best_two = np.sort(each, axis=2)[:, :, -2:].mean(axis=2)
    results = (each.max(axis=2), best_two, mean, mean / lengths**LENGTH_EXPONENT, mean / lengths)
    return dict(zip(WAYS, results, strict=True))


if __name__ == "__main__":
    main()
