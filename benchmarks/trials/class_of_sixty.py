"""Classes of 60 in which students and strangers check in, for trials that change probes or templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.apparatus.face_folder import BenchmarkError, Embedded
from face_matching.decision import Decision, DecisionPolicy
from face_matching.gallery import Gallery

SIZE = 60
ENROLLED = 2
"""Photos that students have enrolled."""

SEED = 20261129

Rows = NDArray[np.float32]
Templates = Mapping[str, Rows]


def photos_of(embedded: Embedded) -> dict[str, Rows]:
    """The embeddings of each person, ``(n, D)`` float32, in the order of the photos."""
    names = np.asarray(embedded.identities, dtype=str)
    return {name: embedded.embeddings[names == name] for name in dict.fromkeys(names.tolist())}


def classes(
    people: Sequence[str], count: int, size: int = SIZE
) -> Iterator[tuple[list[str], list[str], np.random.Generator]]:
    """Classes drawn at random: the members, all others, and a source of further draws.

    Raises:
        BenchmarkError: there are not more people than members.
    """
    if len(people) <= size:
        raise BenchmarkError(f"{len(people)} people are too few for a class of {size} and strangers")
    for number in range(count):
        rng = np.random.default_rng([SEED, number])
        order = [str(name) for name in rng.permutation(sorted(people))]
        yield order[:size], order[size:], rng


def gallery_of(engine: str, templates: Templates) -> Gallery:
    """The gallery of a class.

    Args:
        engine: versioned name.
        templates: ``(n, D)`` float32 of each student.
    """
    ids = [name for name, rows in templates.items() for _ in range(len(rows))]
    return Gallery.build(engine, ids, np.concatenate(list(templates.values())))


def decisions(
    policy: DecisionPolicy, gallery: Gallery, probes: Rows, factors: NDArray[np.float32] | None = None
) -> list[Decision]:
    """The decision about each probe.

    Args:
        policy: the rule.
        gallery: of the class.
        probes: ``(F, D)`` float32.
        factors: see ``DecisionPolicy.judge``.
    """
    judged = policy.judge(gallery, probes, factors=factors)
    return [policy.decide(judged.of_face(face), gallery.student_ids) for face in range(len(probes))]
