"""Cancelable templates: a turn of embeddings that only the site's key knows.

An orthogonal matrix keeps all lengths and angles, so scores and thresholds stay what they are. Turned by two
keys, embeddings of one person are as far apart as those of strangers: a template that was stolen is of no use
at another site, and none at its own once the site has another key (cancelable biometrics; random projections
as in Teoh, Goh and Ngo, "Random Multispace Quantization", 2006, here without any loss of dimensions).

The matrix is the Q of a Gaussian matrix, with the signs that make it the only one, so that it is uniform
among all turns (Mezzadri, "How to generate random matrices from the classical compact groups", 2007). The
Gaussian numbers come from SHAKE-256 and not from NumPy, whose streams may change between versions.
"""

from __future__ import annotations

import hashlib
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


class TemplateTurn:
    """Turns embeddings by one key; thread-safe.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._lock = Lock()
        self._matrices: dict[int, Rows] = {}

    def turned(self, rows: Rows) -> Rows:
        """Embeddings ``(N, D)`` or ``(D,)`` float32, turned."""
        return np.ascontiguousarray(rows @ self.matrix(rows.shape[-1]), np.float32)

    def undone(self, rows: Rows) -> Rows:
        """The opposite of ``turned``, but for rounding."""
        return np.ascontiguousarray(rows @ self.matrix(rows.shape[-1]).T, np.float32)

    def matrix(self, dimension: int) -> Rows:
        """The turn ``(D, D)`` float32 for embeddings of this length."""
        found = self._matrices.get(dimension)
        if found is None:
            with self._lock:
                found = self._matrices.get(dimension)
                if found is None:
                    found = self._matrices[dimension] = orthogonal(self._key, dimension)
        return found


def orthogonal(key: bytes, dimension: int) -> Rows:
    """The orthogonal matrix ``(D, D)`` float32 of a key, the same on every machine."""
    stream = hashlib.shake_256(key + b"turn" + dimension.to_bytes(4, "big"))
    count = dimension * dimension + dimension * dimension % 2
    drawn = np.frombuffer(stream.digest(8 * count), "<u8")
    # 53 bits, in (0, 1]: the logarithm of 0 is infinite.
    uniform = ((drawn >> np.uint64(11)).astype(np.float64) + 1) * 2.0**-53
    radius, angle = np.sqrt(-2 * np.log(uniform[0::2])), 2 * np.pi * uniform[1::2]
    normal = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])  # Box and Muller
    q, r = np.linalg.qr(normal[: dimension * dimension].reshape(dimension, dimension))
    return np.asarray(q * np.sign(np.diag(r)), np.float32)
