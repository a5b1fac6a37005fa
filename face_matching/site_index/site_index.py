"""An index of many templates: FAISS finds those that may be nearest, and their exact scores decide."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from face_matching.errors import EmbeddingError, GalleryMismatchError, SiteIndexMissingError
from face_matching.similarity import Embeddings
from face_matching.site_index.template_slots import TemplateSlots
from face_matching.weighted_scores import Floats

PACKAGE = "faiss"
REVIEWED = 64
"""Templates whose exact scores are computed for each search, at least: among 1,000,000, FAISS has the nearest
one among its first 16 in all of 2,000 searches (``python -m benchmarks.search --site``)."""

TRAINED_ON = 4096
"""Templates that the codes are trained on, at most; more don't make them better."""

CODES_AT_ONCE = 32
"""FAISS packs the codes of so many templates together."""

MOST_PARTS = 256  # of a code; FAISS sums their scores in 16 bits
LEAST_TRAINED = 16  # FAISS needs one template for each of a part's values


class FoundTemplates(NamedTuple):
    """What is nearest to one embedding, best first.

    Attributes:
        ids: of the templates.
        scores: ``(n,)`` float64, their exact similarities.
    """

    ids: tuple[str, ...]
    scores: Floats


def is_available() -> bool:
    """Whether FAISS is installed."""
    return find_spec(PACKAGE) is not None


class SiteIndex:
    """Templates of one engine under ids, each id once; thread-safe, and in memory only.

    Each template has a code of half a byte for every second value (product quantisation). FAISS compares all
    codes, 32 at a time, so that no template is missed because it is in a cell that isn't visited; inverted
    lists missed 0.5 % of the nearest among 100,000 when they visited a quarter of the cells. The exact
    similarities of the best ones are then computed from the templates themselves.

    Args:
        engine: versioned name of the engine that made the templates.
        sample: ``(M, D)`` float32, templates like those that will come; the codes are trained on them.

    Raises:
        SiteIndexMissingError: FAISS is not installed.
        EmbeddingError: the sample is not a matrix, or too small.
    """

    def __init__(self, engine: str, sample: NDArray[Any]) -> None:
        rows = _matrix(sample)
        if len(rows) < LEAST_TRAINED:
            raise EmbeddingError(f"{len(rows)} templates to train on; at least {LEAST_TRAINED} are needed")
        self.engine = engine
        self._slots = TemplateSlots(rows.shape[1])
        self._codes = _trained(rows)
        self._lock = Lock()
        self._generation = 0

    @property
    def generation(self) -> int:
        """How often templates came or went; see ``NearestTemplates``."""
        return self._generation

    @property
    def dimension(self) -> int:
        """Number of values in a template."""
        return self._slots.dimension

    def __len__(self) -> int:
        """Number of templates."""
        return len(self._slots)

    @property
    def megabytes(self) -> float:
        """Memory of the templates and their codes, in MB."""
        with self._lock:
            return float(self._slots.allocated + len(self._slots) * self._codes.code_size) / 1e6

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all templates."""
        with self._lock:
            return self._slots.ids

    def same_as(self, ids: Sequence[str], rows: NDArray[Any]) -> frozenset[str]:
        """Those of some ids under which the very same templates are there."""
        with self._lock:
            return self._slots.same_as(ids, self._own(rows))

    def add(self, ids: Sequence[str], rows: NDArray[Any]) -> None:
        """Add templates.

        Args:
            ids: new ones, each once.
            rows: ``(N, D)`` float32, of length 1 or less.

        Raises:
            EmbeddingError: the shape is wrong, or the numbers of ids and rows differ.
            ValueError: an id is there already, or is given twice.
        """
        new = self._own(rows)
        with self._lock:
            self._generation += 1
            self._slots.add(ids, new)
            self._add_codes(new)

    def remove(self, ids: Sequence[str]) -> int:
        """Remove templates and overwrite them; returns their number. Unknown ids are skipped.

        FAISS leaves removed codes in the last pack, unless it is full, and mixes them with those that are
        added next, which searches then miss. So the codes of the last pack are removed, too, and added again.
        """
        with self._lock:
            self._generation += 1
            before = len(self._slots)
            places = self._slots.remove(ids)
            if len(places):
                kept, count = np.delete(np.arange(before), places), len(self._slots)
                last = np.arange(count - count % CODES_AT_ONCE, count)
                self._codes.remove_ids(np.union1d(places, kept[last]))
                self._add_codes(self._slots.at(last)[1])
        return len(places)

    def search(self, rows: NDArray[Any], count: int) -> list[FoundTemplates]:
        """Find the nearest templates.

        Args:
            rows: ``(F, D)`` float32.
            count: how many for each row; fewer if there are no more.

        Raises:
            EmbeddingError: the shape is wrong.
        """
        probes = self._own(rows)
        with self._lock:
            among = min(max(REVIEWED, 2 * count), len(self._slots))
            if not among or count < 1:
                return [FoundTemplates((), np.empty(0, np.float64)) for _ in probes]
            _faiss()
            _scores, places = self._codes.search(probes, among)
            return [self._reviewed(probe, at, count) for probe, at in zip(probes, places, strict=True)]

    def nearest_ids(self, rows: NDArray[Any], count: int) -> list[tuple[str, ...]]:
        """The ids of the nearest templates of each row, best first; see ``search``."""
        return [nearest.ids for nearest in self.search(rows, count)]

    def _add_codes(self, rows: Embeddings) -> None:
        if len(rows):  # adding none to none ends the process
            _faiss()
            self._codes.add(rows)

    def _reviewed(self, probe: Embeddings, places: NDArray[np.int64], count: int) -> FoundTemplates:
        """The nearest of some templates by their exact scores; ties in the order of ids."""
        ids, rows = self._slots.at(places[places >= 0])
        scores = (rows @ probe).astype(np.float64)
        order = np.lexsort((np.array(ids), -scores))[:count]
        return FoundTemplates(tuple(ids[i] for i in order), scores[order])

    def _own(self, rows: NDArray[Any]) -> Embeddings:
        own = _matrix(rows)
        if own.shape[1] != self.dimension:
            raise GalleryMismatchError(
                f"rows of {own.shape[1]} values can't be compared with the {self.dimension} of {self.engine}"
            )
        return own


def _faiss() -> Any:
    """FAISS on one processor: its threads would wait for each other while photos are read.

    What it is asked for takes milliseconds, and the number of threads is a setting of each calling thread.
    """
    if not is_available():
        raise SiteIndexMissingError(
            "Searching a whole university needs faiss-cpu. Install face-attendance[site]."
        )
    faiss = import_module(PACKAGE)
    faiss.omp_set_num_threads(1)
    return faiss


def _trained(rows: Embeddings) -> Any:
    """An empty FAISS index whose codes fit these rows."""
    faiss = _faiss()
    dimension = rows.shape[1]
    codes = faiss.IndexPQFastScan(dimension, _parts(dimension), 4, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.min_points_per_centroid = 1  # otherwise FAISS warns about a small school
    step = max(1, len(rows) // TRAINED_ON)
    codes.train(np.ascontiguousarray(rows[::step][:TRAINED_ON]))
    return codes


def _parts(dimension: int) -> int:
    """Into how many parts a template is divided: of two values each, or of more if they would be too many."""
    fitting = (parts for parts in range(min(MOST_PARTS, dimension // 2), 0, -1) if dimension % parts == 0)
    return next(fitting, 1)


def _matrix(rows: NDArray[Any]) -> Embeddings:
    array = np.ascontiguousarray(rows, dtype=np.float32)
    if array.ndim != 2 or not array.shape[1]:
        raise EmbeddingError(f"templates must have the shape (N, D), got {array.shape}")
    return array
