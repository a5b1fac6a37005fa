"""Compares variants on the same bootstrap samples of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from rich.table import Table

from benchmarks.engine_variants.variants import Variant
from face_matching.evaluation.bootstrap import draw_people, replicate
from face_matching.evaluation.error_rates import PairScores, equal_error, numbered, tar_at_far
from face_matching.weighted_scores import Floats, WeightedScores


def pairs_of(variant: Variant, identities: Sequence[str]) -> PairScores:
    """The scores of each pair of photos, once."""
    people = numbered(identities)
    first, second = np.triu_indices(len(people), k=1)
    scores = variant.scores[first, second]
    order = np.argsort(-scores, kind="stable")
    same = people[first] == people[second]
    genuine, impostor = order[same[order]], order[~same[order]]
    return PairScores(
        WeightedScores.descending(scores[genuine], np.ones(len(genuine))),
        people[first[genuine]],
        WeightedScores.descending(scores[impostor], np.ones(len(impostor))),
        np.stack([people[first[impostor]], people[second[impostor]]], axis=1),
        int(people.max()) + 1,
    )


def rates(pairs: PairScores) -> Floats:
    """EER, and TAR at FAR 1e-3 and 1e-4, in percent."""
    tars = [tar_at_far(pairs.genuine, pairs.impostor, far) for far in (1e-3, 1e-4)]
    return 100 * np.array([equal_error(pairs.genuine, pairs.impostor).rate, *tars])


def _redrawn_rates(pairs: PairScores, counts: Floats) -> Floats:
    return rates(pairs.reweighted(counts))


def table_of(variants: Iterator[Variant], identities: Sequence[str], draws: int) -> Table:
    """Rates with 95 % confidence intervals; below them, those of the difference from the first variant."""
    table = Table("variant", "EER %", "TAR % at FAR 1e-3", "at 1e-4", show_lines=True)
    counts = draw_people(int(numbered(identities).max()) + 1, draws)
    reference: Floats | None = None
    for variant in variants:
        pairs = pairs_of(variant, identities)
        values, drawn = rates(pairs), replicate(partial(_redrawn_rates, pairs), counts)
        reference = drawn if reference is None else reference
        ends = np.quantile(drawn, [0.025, 0.975], axis=0)
        change = np.quantile(drawn - reference, [0.025, 0.975], axis=0)
        cells = [
            f"{values[i]:.2f} ({ends[0, i]:.2f} to {ends[1, i]:.2f})"
            + ("" if drawn is reference else f"\n{change[0, i]:+.2f} to {change[1, i]:+.2f}")
            for i in range(3)
        ]
        table.add_row(variant.name, *cells)
    return table
