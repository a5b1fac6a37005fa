"""Compares a file's embeddings with those of the named engine: refuses others, and reports numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attendance.errors import ImportFileError
from attendance.imports.embeddings_file import GivenStudent
from face_matching.signatures.engine_signatures import EngineSignature, MeanSimilarities, mean_similarities

MOST_MISFITS = 0.5  # fraction of the embeddings from which on the whole file is refused
LEAST_KNOWN = 3  # enrolled students that are needed for a meaningful median
SHOULD = (
    "Name the engine that made them with --engine; if it was another network, enrol the "
    "students from their photos."
)


@dataclass(frozen=True, eq=False)
class Origin:
    """The result for a file that is accepted.

    Attributes:
        fits: for each student, which of the rows the engine can have made.
        notes: sentences with the numbers; warnings among them.
    """

    fits: tuple[NDArray[np.bool_], ...]
    notes: tuple[str, ...]


def check_origin(students: Sequence[GivenStudent], signature: EngineSignature) -> Origin:
    """Compare the embeddings of a file with what an engine's have in common.

    Args:
        students: all of the file.
        signature: the engine's.

    Raises:
        ImportFileError: the engine did not compute them, or their ids were mixed up.
    """
    rows = np.concatenate([student.rows for student in students])
    if not len(rows):
        return Origin(tuple(np.zeros(0, bool) for _ in students), ())
    fits = signature.fits(rows)
    _require_most(rows, fits, signature)
    owners = [student.key for student in students for _ in student.rows]
    kept = mean_similarities(rows[fits], [owner for owner, fit in zip(owners, fits, strict=True) if fit])
    notes = (
        *_lengths(np.concatenate([student.lengths for student in students]), signature),
        *_alike(kept, signature),
    )
    ends = np.cumsum([len(student.rows) for student in students])[:-1]
    return Origin(tuple(np.split(fits, ends)), notes)


def misfit(embedding: NDArray[np.float32], signature: EngineSignature) -> str:
    """Why one embedding is not the engine's, in a sentence.

    Args:
        embedding: ``(D,)``, of length 1; one that does not fit.
        signature: the engine's.
    """
    if signature.fits_directions(embedding[np.newaxis])[0]:
        return (
            f"{signature.engine} did not compute it like this: its signs are reversed, or a "
            "mean was subtracted."
        )
    part = float(signature.projections(embedding[np.newaxis])[0])
    return f"It was not computed by {signature.engine} (its signature is {part:.3f})."


def _require_most(rows: NDArray[np.float32], fits: NDArray[np.bool_], signature: EngineSignature) -> None:
    """Raise where more of the embeddings than some odd ones are not the engine's."""
    misfits = int((~fits).sum())
    if misfits <= MOST_MISFITS * len(rows):
        return
    if np.mean(signature.fits_directions(rows[~fits])) > MOST_MISFITS:
        raise ImportFileError(
            f"{misfits} of {len(rows)} embeddings have the signature of {signature.engine}, but "
            "were changed afterwards: their signs are reversed, or a mean was subtracted. Import "
            "them as the network computed them, or enrol the students from their photos."
        )
    parts = signature.projections(rows[~fits])
    raise ImportFileError(
        f"{misfits} of {len(rows)} embeddings were not computed by {signature.engine}: "
        f"their signature is {np.median(parts):.3f}, and that of {signature.engine} is "
        f"between {signature.least:g} and {signature.most:g}. {SHOULD}"
    )


def check_people(
    students: Mapping[str, NDArray[np.float32]],
    enrolled: Mapping[str, NDArray[np.float32]],
    same_person_at: float,
) -> str | None:
    """Compare the embeddings with the photos of enrolled students.

    Args:
        students: the file's embeddings by student; ``(N, D)`` float32, rows of length 1.
        enrolled: the templates of those among them who have any; the same.
        same_person_at: from which cosine on two photos are taken to show one person.

    Returns:
        A sentence with the numbers, or None where nobody is enrolled.

    Raises:
        ImportFileError: they are other people, for example because ids were reassigned.
    """
    both = [name for name in students if name in enrolled and len(students[name])]
    if not both:
        return None
    scores = [float((students[name] @ enrolled[name].T).mean()) for name in both]
    middle = float(np.median(scores))
    if len(both) >= LEAST_KNOWN and middle < same_person_at:
        raise ImportFileError(
            f"The embeddings are not of the people enrolled under these ids: {len(both)} of them "
            f"have photos here, and the median of their cosines is {middle:.2f} (photos of one "
            f"person: at least {same_person_at:g}). Check that the ids mean the same students in "
            "both systems."
        )
    return (
        f"{len(both)} of the students are enrolled already; the median cosine to their "
        f"templates is {middle:.2f}."
    )


def _lengths(lengths: NDArray[np.float64], signature: EngineSignature) -> list[str]:
    """A warning where the embeddings are neither as the network gives them nor of length 1."""
    shortest, longest = signature.lengths
    is_usual = ((lengths > shortest) & (lengths < longest)) | (np.abs(lengths - 1) < 0.01)
    if is_usual.all():
        return []
    odd = lengths[~is_usual]
    sentence = (
        f"Warning: {len(odd)} of {len(lengths)} embeddings have lengths from {odd.min():.3g} "
        f"to {odd.max():.3g}, and {signature.engine} gives {shortest:g} to {longest:g}: "
        "they were scaled or averaged. They are normalised to length 1."
    )
    return [sentence]


def _alike(found: MeanSimilarities, signature: EngineSignature) -> list[str]:
    """The numbers in a sentence, and warnings.

    Raises:
        ImportFileError: they can't be.
    """
    told = []
    if found.others is not None:
        told.append(f"{found.others:.2f} for two people")
        if found.others > signature.others_at_most:
            raise ImportFileError(
                f"The embeddings of different ids have a mean cosine of {found.others:.2f}; "
                f"{signature.engine} gives less than {signature.others_at_most:g} for 99 of 100 "
                f"pairs of people. They would all be mistaken for each other. {SHOULD}"
            )
    if found.same is not None:
        told.insert(0, f"{found.same:.2f} for one person")
        if found.same < signature.same_at_least:
            raise ImportFileError(
                f"The embeddings of one id have a mean cosine of {found.same:.2f}; "
                f"{signature.engine} gives at least {signature.same_at_least:g} for one person. "
                "They were mixed up, or each id contains several people."
            )
    notes = [f"Mean cosine: {' and '.join(told)}."] if told else []
    if found.others is not None and found.others > signature.others_usual:
        notes.append(
            f"Warning: for two people it is usually below {signature.others_usual:g}. Try "
            "check-ins before you rely on these embeddings, or enrol from photos."
        )
    if found.same is not None and found.same < signature.same_usual:
        notes.append(
            f"Warning: for one person it is usually above {signature.same_usual:g}. More "
            "check-ins than usual will fail; enrol from photos."
        )
    return notes
