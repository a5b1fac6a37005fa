"""The errors of this package, under one base class."""

from __future__ import annotations


class FaceMatchingError(Exception):
    """Base class of this package's errors."""


class EmbeddingError(FaceMatchingError):
    """Embeddings have a wrong shape or type, are not finite, or are not of unit length."""


class GalleryMismatchError(FaceMatchingError):
    """Embeddings of two engines were compared; their scores would be meaningless."""


class UnknownPolicyError(FaceMatchingError):
    """There are no calibrated thresholds for this engine and detector."""


class EvaluationError(FaceMatchingError):
    """There are too few data for the requested measurement."""


class ClassifierFileError(FaceMatchingError):
    """The file of a trained classifier is damaged, or is none."""


class SiteIndexMissingError(FaceMatchingError):
    """The package that searches very large galleries is not installed."""
