"""The errors of this package, under one base class."""

from __future__ import annotations


class FaceMatchingError(Exception):
    """Base of every error that this package raises on purpose."""


class EmbeddingError(FaceMatchingError):
    """Embeddings have a wrong shape or type, or are not finite or not of length 1."""


class GalleryMismatchError(FaceMatchingError):
    """Embeddings of two engines would be compared; the scores would mean nothing."""


class UnknownPolicyError(FaceMatchingError):
    """No thresholds were calibrated for this engine and detector."""


class EvaluationError(FaceMatchingError):
    """There is too little data for the requested measurement."""
