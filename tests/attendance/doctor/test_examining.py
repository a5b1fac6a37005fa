"""Examinations stand for themselves: what is broken in one hides none of the others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from threading import Event
from types import ModuleType

import pytest

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.examining import PARTS, ExaminedPart, examine, problems_in
from attendance.doctor.findings import SiteFinding, ok
from attendance.errors import StoreUnavailableError
from attendance.sentences import sentence
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, site_of

FINE = ok(sentence("Fine: 100 %%."))


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], ExaminedPart]:
    """Makes a part with an examination of a test."""

    def make(key: str, action: Callable[[], object]) -> ExaminedPart:
        module = ModuleType(f"examination_{key}")

        def run(_: ExaminedSite) -> Iterator[SiteFinding]:
            action()
            yield FINE

        module.examine = run  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return ExaminedPart(key, sentence(key), module.__name__)

    return make


def test_every_part_has_an_examination_of_its_own() -> None:
    assert len({part.key for part in PARTS}) == len(PARTS) == 14
    for part in PARTS:
        module = import_module(part.module)
        assert callable(module.examine)


def test_whatever_one_raises_the_others_are_examined(
    part: Callable[[str, Callable[[], object]], ExaminedPart], settings: Settings
) -> None:
    def raise_one(error: BaseException) -> Callable[[], object]:
        def act() -> object:
            raise error

        return act

    parts = [
        part("away", raise_one(StoreUnavailableError("The register is away. Wait."))),
        part("bug", raise_one(ZeroDivisionError("oh"))),
        part("fine", lambda: None),
        ExaminedPart("gone", sentence("gone"), "attendance.doctor.examinations.nowhere"),
        part("ended", raise_one(SystemExit(3))),
    ]
    found = examine(site_of(settings), parts)
    assert [each.part.key for each in found] == ["away", "bug", "fine", "gone", "ended"]
    assert [each.finding.grade for each in found] == [PROBLEM, PROBLEM, OK, PROBLEM, PROBLEM]
    assert problems_in(found) == 4
    said = [str(each.finding.what) for each in found]
    assert said[0] == "The register is away. Wait."
    assert "ZeroDivisionError: oh" in said[1]
    assert said[2] == "Fine: 100 %."
    assert "nowhere" in said[3]


def test_what_lasts_too_long_is_left_alone_and_says_so(
    part: Callable[[str, Callable[[], object]], ExaminedPart], settings: Settings
) -> None:
    end = Event()
    found = examine(site_of(settings), [part("slow", end.wait), part("fine", lambda: None)], longest=0.2)
    end.set()
    assert [each.finding.grade for each in found] == [NOTE, OK]
    assert "longer than 0.2 s" in str(found[0].finding.what)
