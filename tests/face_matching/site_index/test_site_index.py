"""The index finds what comparing everybody finds, through additions and removals."""

from __future__ import annotations

import numpy as np
import pytest

from face_matching import errors
from face_matching.similarity import Embeddings
from face_matching.site_index import site_index
from face_matching.site_index.site_index import SiteIndex
from face_matching.site_index.template_slots import BLOCK

COUNT, DIMENSION = 600, 32
RNG = np.random.default_rng(7)


def unit(count: int) -> Embeddings:
    rows = RNG.normal(size=(count, DIMENSION))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


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
    probes = unit(20)
    for probe, found in zip(probes, index.search(probes, 5), strict=True):
        assert list(found.ids) == expected(ROWS, IDS, probe, 5)
        assert found.scores == pytest.approx(np.sort(ROWS @ probe)[::-1][:5], abs=1e-6)


def test_templates_come_and_go_without_a_rebuild(index: SiteIndex) -> None:
    gone = IDS[::3]
    assert index.remove([*gone, "unknown"]) == len(gone)
    assert index.remove(gone) == 0
    more, names = unit(50), [f"t{number:02}" for number in range(50)]
    index.add(names, more)
    kept = [place for place in range(COUNT) if place % 3]
    rows, ids = np.vstack([ROWS[kept], more]), [*(IDS[place] for place in kept), *names]
    assert len(index) == len(ids)
    assert index.ids == set(ids)
    for probe in unit(20):
        assert list(index.search(probe[np.newaxis], 4)[0].ids) == expected(rows, ids, probe, 4)
    index.add(gone, ROWS[::3])
    assert index.search(ROWS[:1], 1)[0].ids == (IDS[0],)


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
