"""A large gallery decides as a small one does, and compares only those whom it may decide about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from face_matching.decision import DecisionPolicy, Match
from face_matching.gallery import Gallery
from face_matching.known_person import verify
from face_matching.similarity import Embeddings
from face_matching.site_index import candidate_search
from face_matching.site_index.candidate_search import identify, judge_candidates
from face_matching.site_index.site_index import SiteIndex
from face_matching.thresholds import policy_for

PEOPLE, DIMENSION = 400, 32
FMR = 1e-4
WAYS = ("matrix", "index")


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate_search, "LARGE", 20)


def unit(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Embeddings:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def rows() -> Embeddings:
    """Two photos of each person; people come in families who resemble each other."""
    rng = np.random.default_rng(3)
    families = rng.normal(size=(PEOPLE // 8, DIMENSION)).repeat(8, axis=0)
    people = families + rng.normal(size=(PEOPLE, DIMENSION))
    return unit(people.repeat(2, axis=0) + 0.4 * rng.normal(size=(2 * PEOPLE, DIMENSION)))


@pytest.fixture(scope="module")
def probes(rows: Embeddings) -> Embeddings:
    """Other photos of some of them, and strangers."""
    rng = np.random.default_rng(4)
    return unit(
        np.vstack([rows[::40] + 0.1 * rng.normal(size=(20, DIMENSION)), rng.normal(size=(20, DIMENSION))])
    )


def names(count: int = PEOPLE) -> list[str]:
    return [f"s{number:03}" for number in range(count) for _ in range(2)]


def gallery_of(rows: Embeddings, way: str, ids: Sequence[str] = (), school: Gallery | None = None) -> Gallery:
    """A gallery that is searched by its matrix, or by an index."""
    owners = ids or names()
    plain = Gallery.build("retail-1", owners, rows, school=school)
    if way == "matrix":
        return plain
    index = SiteIndex("retail-1", plain.rows)
    index.add(plain.student_ids, plain.rows)
    return plain.indexed(index)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("engine", ["retail-1", "both-1"])
def test_a_large_gallery_decides_as_a_small_one(
    rows: Embeddings, probes: Embeddings, way: str, engine: str
) -> None:
    policy, plain = policy_for(engine, "mtcnn"), gallery_of(rows, "matrix")
    large = gallery_of(rows, way)
    decisions = [identify(policy, large, probe) for probe in probes]
    expected = [policy.identify(plain, probe) for probe in probes]
    assert [type(each) for each in decisions] == [type(each) for each in expected]
    assert [getattr(each, "student_id", None) for each in decisions] == [
        getattr(each, "student_id", None) for each in expected
    ]
    assert engine != "retail-1" or sum(isinstance(each, Match) for each in decisions) > 5


@pytest.mark.parametrize("way", WAYS)
def test_the_scores_are_those_of_comparing_everybody(rows: Embeddings, probes: Embeddings, way: str) -> None:
    policy = policy_for("retail-1", "mtcnn")
    school = gallery_of(rows, "matrix")
    of_class = rows[:200], names()[:200]
    plain = Gallery.build("retail-1", of_class[1], of_class[0], school=school)
    large = gallery_of(of_class[0], way, of_class[1], school)
    assert len(plain.cohorts.relative(plain.similarities(probes[:1]), probes[:1])) == 2
    for probe in probes:
        found = judge_candidates(policy, large, probe, FMR)
        everybody = policy.judge(plain, probe[np.newaxis])
        places = [plain.student_ids.index(each) for each in found.student_ids]
        assert found.judged.scores[0] == pytest.approx(everybody.scores[0, places], abs=1e-5)
        assert found.judged.similarities[0] == pytest.approx(everybody.similarities[0, places], abs=1e-5)
        passing = np.flatnonzero(everybody.scores[0] >= everybody.thresholds(FMR).passes)
        assert {plain.student_ids[place] for place in passing} <= set(found.student_ids)


@pytest.mark.parametrize("way", WAYS)
def test_who_is_named_is_judged_however_unlike(rows: Embeddings, probes: Embeddings, way: str) -> None:
    policy, large = policy_for("retail-1", "mtcnn"), gallery_of(rows, way)
    farthest = names()[2 * int((gallery_of(rows, "matrix").similarities(probes[:1])[0]).argmin())]
    found = judge_candidates(policy, large, probes[0], FMR, [farthest, "nobody"])
    assert farthest in found.student_ids
    assert verify(policy, large, probes[0], [farthest]) == verify(
        policy, gallery_of(rows, "matrix"), probes[0], [farthest]
    )
    assert isinstance(verify(policy, large, probes[0], ["s000"]), Match)


def test_a_student_who_left_the_gallery_is_not_found_by_an_index_that_still_has_them(
    rows: Embeddings, probes: Embeddings
) -> None:
    whole = gallery_of(rows, "matrix")
    index = SiteIndex("retail-1", whole.rows)
    index.add(whole.student_ids, whole.rows)
    smaller = Gallery.build("retail-1", names()[2:], rows[2:]).indexed(index)
    policy: DecisionPolicy = policy_for("retail-1", "mtcnn")
    assert "s000" not in judge_candidates(policy, smaller, probes[0], FMR).student_ids


def test_a_check_in_that_began_before_the_index_changed_decides_as_before(
    rows: Embeddings, probes: Embeddings
) -> None:
    policy, whole = policy_for("retail-1", "mtcnn"), gallery_of(rows, "matrix")
    index = SiteIndex("retail-1", whole.rows)
    index.add(whole.student_ids, whole.rows)
    before = whole.indexed(index)
    index.remove(whole.student_ids[:-3])
    assert [identify(policy, before, probe) for probe in probes] == [
        identify(policy, whole, probe) for probe in probes
    ]
    assert isinstance(identify(policy, before, probes[0]), Match)


def test_a_stranger_who_resembles_many_is_compared_with_more(rows: Embeddings) -> None:
    rng = np.random.default_rng(5)
    alike = unit(rng.normal(size=DIMENSION) + 0.02 * rng.normal(size=(300, DIMENSION)))
    gallery = Gallery.build("both-1", [f"a{number:03}" for number in range(300)], alike)
    found = judge_candidates(policy_for("both-1", "mtcnn"), gallery, alike[0], FMR)
    assert len(found.student_ids) == 300
