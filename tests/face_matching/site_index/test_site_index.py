"""The index finds what comparing everybody finds, through additions and removals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from face_matching import errors
from face_matching.similarity import Embeddings
from face_matching.site_index import site_index
from face_matching.site_index.site_index import SiteIndex
from face_matching.site_index.template_slots import BLOCK

COUNT, DIMENSION = 600, 32
LIKE = 0.3  # length of the difference between a probe and its template, of length 1


def unit(count: int, seed: int = 0) -> Embeddings:
    return scaled(np.random.default_rng(seed).normal(size=(count, DIMENSION)))


def scaled(rows: NDArray[np.floating]) -> Embeddings:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def probes_of(rows: Embeddings) -> Embeddings:
    """A probe of each template's person: no probe is like nobody, as random ones would be."""
    return scaled(rows + LIKE * unit(len(rows), seed=2))


ROWS = unit(COUNT)
IDS = [f"s{number:04}" for number in range(COUNT)]


@pytest.fixture
def index() -> SiteIndex:
    made = SiteIndex("retail-1", ROWS)
    made.add(IDS, ROWS)
    return made


def expected(rows: Embeddings, ids: list[str], probe: Embeddings, count: int) -> list[str]:
    order = np.argsort(-(rows @ probe), kind="stable")[:count]
    return [ids[place] for place in order]


def test_the_nearest_come_first_with_their_exact_scores(index: SiteIndex) -> None:
    probes = probes_of(ROWS)
    right = 0
    for probe, found in zip(probes, index.search(probes, 5), strict=True):
        scores = dict(zip(IDS, ROWS @ probe, strict=True))
        assert found.scores == pytest.approx([scores[each] for each in found.ids], abs=1e-6)
        assert list(found.scores) == sorted(found.scores, reverse=True)
        assert list(found.ids[:1]) == expected(ROWS, IDS, probe, 1)
        right += len({*found.ids} & {*expected(ROWS, IDS, probe, 5)})
    assert right >= 0.95 * 5 * COUNT


def test_templates_come_and_go_without_a_rebuild(index: SiteIndex) -> None:
    gone = IDS[::3]
    assert index.remove([*gone, "unknown"]) == len(gone)
    assert index.remove(gone) == 0
    more, names = unit(50, seed=1), [f"t{number:02}" for number in range(50)]
    index.add(names, more)
    kept = [place for place in range(COUNT) if place % 3]
    rows, ids = np.vstack([ROWS[kept], more]), [*(IDS[place] for place in kept), *names]
    assert len(index) == len(ids)
    assert index.ids == set(ids)
    for probe in probes_of(rows):
        assert list(index.search(probe[np.newaxis], 1)[0].ids) == expected(rows, ids, probe, 1)
    index.add(gone, ROWS[::3])
    assert index.search(ROWS[:1], 1)[0].ids == (IDS[0],)


def test_nobody_is_missed_who_comes_after_others_went(index: SiteIndex) -> None:
    random = np.random.default_rng(3)
    there, coming = dict(zip(IDS, ROWS, strict=True)), unit(800, seed=4)
    for turn in range(20):
        gone = random.choice(sorted(there), int(random.integers(40)), replace=False).tolist()
        rows = coming[40 * turn :][: int(random.integers(40))]
        new = [f"turn{turn}-{number}" for number in range(len(rows))]
        assert index.remove(gone) == len(gone)
        index.add(new, rows)
        there = {key: row for key, row in there.items() if key not in gone}
        there |= dict(zip(new, rows, strict=True))
        found = index.search(np.stack([*there.values()]), 1)
        assert [each.ids[0] for each in found] == [*there]


def test_a_removed_template_is_overwritten(index: SiteIndex) -> None:
    (block,) = index._slots._blocks
    wanted = ROWS[5].tobytes()
    assert wanted in block.tobytes()
    index.remove([IDS[5]])
    assert wanted not in block.tobytes()
    assert len(block) == BLOCK


def test_all_can_be_removed(index: SiteIndex) -> None:
    index.remove(IDS)
    assert len(index) == 0
    assert index.search(ROWS[:2], 3)[0].ids == ()
    index.add([], ROWS[:0])
    assert len(index) == 0
    index.add(IDS[:1], ROWS[:1])
    assert index.search(ROWS[9:10], 3)[0].ids == (IDS[0],)


def test_which_templates_are_the_very_same(index: SiteIndex) -> None:
    changed = ROWS[:3].copy()
    changed[1, 0] += 0.5
    assert index.same_as([*IDS[:2], "unknown"], changed) == {IDS[0]}


def test_what_does_not_fit_is_refused_and_changes_nothing(index: SiteIndex) -> None:
    with pytest.raises(ValueError, match="s0003"):
        index.add(["new", "s0003"], unit(2))
    with pytest.raises(ValueError, match="twice"):
        index.add(["new", "new"], unit(2))
    with pytest.raises(errors.EmbeddingError, match="1 ids for 2"):
        index.add(["new"], unit(2))
    with pytest.raises(errors.GalleryMismatchError, match="16 values"):
        index.search(unit(1)[:, :16], 1)
    with pytest.raises(errors.EmbeddingError, match="shape"):
        index.search(unit(1)[0], 1)
    with pytest.raises(errors.EmbeddingError, match="at least 16"):
        SiteIndex("retail-1", unit(3))
    assert len(index) == COUNT
    assert index.dimension == DIMENSION
    assert index.megabytes > 1


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_index, "PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(errors.SiteIndexMissingError, match=r"face-attendance\[site\]"):
        SiteIndex("retail-1", ROWS)
