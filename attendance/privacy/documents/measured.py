"""The measured figures that documents state, which a test compares with docs/accuracy.md.

Strangers and students are other people than those whom the thresholds were counted on; in brackets are 95 %
intervals over people (``python -m benchmarks.open_set``, ``python -m benchmarks.groups``, 2026-11-29).
"""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = ("retail-1", "both-1", "facenet-1", "dlib-1")


@dataclass(frozen=True)
class ClassFigures:
    """What was measured in classes of one size, in % of the check-ins, for each of ``ENGINES``.

    Attributes:
        size: students of the class.
        strangers: strangers who are marked, then those who come to review.
        at_once: students who are marked at once.
    """

    size: int
    strangers: tuple[str, ...]
    at_once: tuple[str, ...]


CLASSES = (
    ClassFigures(
        30,
        ("0.3 (0.2-0.3) / 0.7 (0.6-0.8)", "0.2 / 0.7", "0.2 / 0.7", "0.1 / 0.8"),
        ("97.9 (95.2-99.6)", "95.7 (90.1-99.4)", "87.8 (80.4-94.1)", "90.8 (84.8-95.9)"),
    ),
    ClassFigures(
        60,
        ("0.3 (0.2-0.4) / 0.7 (0.6-0.8)", "0.3 / 0.8", "0.3 / 0.9", "0.3 / 0.8"),
        ("98.3 (96.9-99.3)", "93.9 (90.4-96.7)", "84.9 (79.4-89.9)", "86.1 (81.2-90.7)"),
    ),
    ClassFigures(
        300,
        ("0.3 (0.2-0.4) / 0.6 (0.5-0.8)", "0.4 / 0.6", "0.3 / 0.7", "0.2 / 0.8"),
        ("96.5 (94.8-98.0)", "87.6 (84.0-90.7)", "77.4 (73.1-81.7)", "75.5 (71.3-79.3)"),
    ),
)

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "all 30",
        ("0.1 (0.0-0.2) / 0.5; 96.7 (92.3-99.8)", "0.0 / 54.2; 53.7", "0.0 / 52.9; 40.8", "0.0 / 44.4; 37.3"),
    ),
    (
        "15",
        ("0.4 (0.1-0.7) / 1.2; 98.8 (97.4-99.8)", "0.9 / 40.0; 74.6", "1.9 / 37.9; 67.2", "1.2 / 30.4; 63.8"),
    ),
    (
        "8",
        ("0.9 (0.5-1.4) / 2.0; 98.9 (97.8-99.8)", "5.8 / 26.7; 88.6", "6.5 / 24.4; 82.3", "4.1 / 19.9; 83.3"),
    ),
    (
        "1",
        ("1.6 (1.1-2.2) / 2.1; 98.2 (95.9-99.7)", "4.5 / 7.7; 95.6", "4.7 / 7.3; 88.9", "2.9 / 6.0; 90.3"),
    ),
)
"""How many of a class of 30 are of one group of people who resemble each other, and are strangers, too:
strangers marked / in review; students marked at once, for each of ``ENGINES``."""

PRINTS_TRIED, PRINTS_PASSED = 668, 0
"""Tries to check in with a print that was held, turned or bent instead of a head, with real prints."""
