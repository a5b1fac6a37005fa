"""The templates of an index as they are, in the order in which FAISS counts their codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError
from face_matching.similarity import Embeddings

BLOCK = 1 << 14  # templates that are allocated at once: 16 MB with 256 values


class TemplateSlots:
    """Templates under ids in blocks of memory, so that adding some copies none of the others.

    FAISS numbers codes from 0 in the order in which they were added, and closes gaps when some are removed.
    ``_order`` does the same with the slots of the templates.

    Args:
        dimension: number of values in a template.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._blocks: list[Embeddings] = []
        self._order = np.empty(0, np.int64)
        self._slot_of: dict[str, int] = {}
        self._id_at: dict[int, str] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        """Number of templates."""
        return len(self._order)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all templates."""
        return frozenset(self._slot_of)

    @property
    def allocated(self) -> int:
        """Bytes of memory for templates, used or free."""
        return sum(block.nbytes for block in self._blocks)

    def add(self, ids: Sequence[str], rows: Embeddings) -> None:
        """Add templates at the end.

        Args:
            ids: of the templates.
            rows: ``(N, dimension)`` float32.

        Raises:
            EmbeddingError: the numbers of ids and rows differ.
            ValueError: an id is there already, or is given twice.
        """
        if len(ids) != len(rows):
            raise EmbeddingError(f"{len(ids)} ids for {len(rows)} templates; their numbers must be equal")
        known = next((key for key in ids if key in self._slot_of), None)
        if known is not None or len(set(ids)) < len(ids):
            raise ValueError(f"the id {known!r} is taken" if known is not None else "an id is given twice")
        while len(self._free) < len(ids):
            self._allocate()
        slots = [self._free.pop() for _ in ids]
        for key, slot, row in zip(ids, slots, rows, strict=True):
            self._slot_of[key], self._id_at[slot] = slot, key
            self._blocks[slot // BLOCK][slot % BLOCK] = row
        self._order = np.append(self._order, np.array(slots, np.int64))

    def remove(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Overwrite templates with zeros; returns the places that they had in the order."""
        slots = [self._slot_of.pop(key) for key in dict.fromkeys(ids) if key in self._slot_of]
        for slot in slots:
            del self._id_at[slot]
            self._blocks[slot // BLOCK][slot % BLOCK] = 0
        places = np.flatnonzero(np.isin(self._order, np.array(slots, np.int64)))
        self._order = np.delete(self._order, places)
        self._free += slots
        return places.astype(np.int64)

    def same_as(self, ids: Sequence[str], rows: Embeddings) -> frozenset[str]:
        """Those of some ids under which the very same templates are there."""
        known = [place for place, key in enumerate(ids) if key in self._slot_of]
        slots = (self._slot_of[ids[place]] for place in known)
        return frozenset(
            ids[place]
            for place, slot in zip(known, slots, strict=True)
            if np.array_equal(self._blocks[slot // BLOCK][slot % BLOCK], rows[place])
        )

    def at(self, places: NDArray[np.int64]) -> tuple[list[str], Embeddings]:
        """The ids and the templates at some places of the order, ``(n, dimension)`` float32."""
        slots = self._order[places].tolist()
        rows = [self._blocks[slot // BLOCK][slot % BLOCK] for slot in slots]
        empty = np.empty((0, self.dimension), np.float32)
        return [self._id_at[slot] for slot in slots], np.stack(rows) if rows else empty

    def in_order(self) -> tuple[list[str], Embeddings]:
        """All ids and templates in their order."""
        return self.at(np.arange(len(self)))

    def _allocate(self) -> None:
        first = len(self._blocks) * BLOCK
        self._blocks.append(np.zeros((BLOCK, self.dimension), np.float32))
        self._free += range(first + BLOCK - 1, first - 1, -1)
