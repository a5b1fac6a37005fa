"""The page on decisions says what the code does."""

from __future__ import annotations

from pathlib import Path

from face_matching.decision import DEFAULT_FPIR, PROVEN_SHARE, Doubt
from face_matching.threshold_curve import fmr_for
from face_matching.thresholds import POLICIES
from tests.face_matching.proven import proven_threshold

PAGE = Path(__file__).resolve().parents[2] / "docs" / "decision.md"


def rows() -> dict[str, list[str]]:
    """First cell of each table row of the page, and the cells after it."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {first: rest for first, *rest in reversed(cells)}


def test_the_table_of_thresholds_is_the_code_s() -> None:
    table = rows()
    pairs = [f"{engine}, {detector}" for engine, detector in POLICIES]
    assert table["people searched"] == pairs
    for size in (10, 30, 60, 100, 300, 1000, 3000):
        assert table[str(size)] == [
            f"{policy.search_threshold(size):.3f} / {proven_threshold(policy, size):.3f}"
            for policy in POLICIES.values()
        ]
    assert table["margin"] == [f"{policy.margin:.3f}" for policy in POLICIES.values()]
    assert table["same person"] == [f"{policy.same_person_at:.3f}" for policy in POLICIES.values()]


def test_the_table_of_relative_thresholds_is_the_code_s() -> None:
    table = rows()
    judged = {pair: policy.relative for pair, policy in POLICIES.items() if policy.relative is not None}
    assert table["class"] == [f"{engine}, {detector}" for engine, detector in judged]
    for size in (10, 20, 30, 60, 100, 300, 1000, 2000):
        rate = fmr_for(DEFAULT_FPIR, size)
        assert table[f"relative, {size}"] == [
            f"{curves.at(rate, size):.3f} / {curves.at(rate * PROVEN_SHARE, size):.3f}"
            for curves in judged.values()
        ]
    for size in (10, 100, 1000):
        assert table[f"same person, relative, {size}"] == [
            f"{curves.same_person_at(size):.3f}" for curves in judged.values()
        ]
    assert table["margin, relative"] == [f"{curves.margin:.3f}" for curves in judged.values()]


def test_every_doubt_and_the_accepted_chance_are_explained() -> None:
    text = PAGE.read_text("utf-8")
    for doubt in Doubt:
        assert doubt.value.replace("_", "-") in text
    assert f"to {DEFAULT_FPIR * 100:.0f} %" in text
