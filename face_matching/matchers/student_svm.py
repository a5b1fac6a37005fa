"""A support vector machine that tells enrolled students apart, as plain arrays.

One linear machine per student separates the student's photos from everybody else's, and Platt's sigmoid turns
its value into a probability. scikit-learn trains them (``svm_training``); these few lines evaluate them, so
that a server needs no scikit-learn, and the file is a NumPy archive without pickled objects: reading one runs
no code.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import ClassifierFileError
from face_matching.weighted_scores import Floats

FORMAT = 1
LARGEST = 1e6  # in a sound file no number comes near it
_TEXTS = ("engine", "detector", "fingerprint")


@dataclass(frozen=True, eq=False)
class StudentSvm:
    """The machines of all students with enough photos.

    Attributes:
        engine: versioned name of the engine of the embeddings.
        detector: name of the detector.
        fingerprint: identifies the enrolled faces that it was trained on.
        student_ids: the ``K`` students.
        weights: ``(K, D)`` float64.
        intercepts: ``(K,)`` float64.
        sigmoids: ``(K, 2)`` float64, Platt's ``a`` and ``b``.
        accepts_at: the probability from which a face is accepted as a student's.
    """

    engine: str
    detector: str
    fingerprint: str
    student_ids: tuple[str, ...]
    weights: Floats
    intercepts: Floats
    sigmoids: Floats
    accepts_at: float

    def probabilities(self, embeddings: NDArray[Any]) -> Floats:
        """How probable each student is against all others.

        The rows don't add up to 1: for a stranger all are low, while normalised ones would name somebody.

        Args:
            embeddings: ``(F, D)``, rows of unit length.

        Returns:
            ``(F, K)`` float64, 0 to 1.
        """
        values = np.asarray(embeddings, np.float64) @ self.weights.T + self.intercepts
        exponents = np.clip(self.sigmoids[:, 0] * values + self.sigmoids[:, 1], -500.0, 500.0)
        probabilities: Floats = 1.0 / (1.0 + np.exp(exponents))
        return probabilities

    def to_bytes(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        np.savez(
            out,
            format=np.array(FORMAT),
            engine=np.array(self.engine),
            detector=np.array(self.detector),
            fingerprint=np.array(self.fingerprint),
            student_ids=np.array([student_id.encode() for student_id in self.student_ids]),
            weights=self.weights,
            intercepts=self.intercepts,
            sigmoids=self.sigmoids,
            accepts_at=np.array(self.accepts_at),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> StudentSvm:
        """Read a file.

        Raises:
            ClassifierFileError: it is not a complete file of this kind.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
            svm = cls._of(arrays)
        except (OSError, EOFError, ValueError, LookupError, TypeError, zipfile.BadZipFile) as error:
            raise ClassifierFileError("The file of the classifier is damaged. Train it again.") from error
        return svm

    @classmethod
    def _of(cls, arrays: dict[str, NDArray[Any]]) -> StudentSvm:
        ids, weights = arrays["student_ids"], arrays["weights"]
        students, accepts_at = len(ids), float(arrays["accepts_at"])
        shapes = [
            (ids, (students,)),
            (weights, (students, weights.shape[-1])),
            (arrays["intercepts"], (students,)),
            (arrays["sigmoids"], (students, 2)),
        ]
        wrong = [array.shape for array, shape in shapes if array.shape != shape]
        numbers = np.concatenate([array.ravel() for array, _ in shapes[1:]])
        texts = [arrays[name] for name in _TEXTS]
        if (
            wrong
            or int(arrays["format"]) != FORMAT
            or ids.dtype.kind != "S"
            or any(array.dtype.kind != "U" for array in texts)
            or any(array.dtype != np.float64 for array, _ in shapes[1:])
            or not bool((np.abs(numbers) <= LARGEST).all())
            or not 0.0 <= accepts_at <= 1.0
            or len(set(ids.tolist())) != students
        ):
            raise ValueError(wrong)
        return cls(
            str(arrays["engine"]),
            str(arrays["detector"]),
            str(arrays["fingerprint"]),
            tuple(student_id.decode() for student_id in ids.tolist()),
            weights,
            arrays["intercepts"],
            arrays["sigmoids"],
            accepts_at,
        )
