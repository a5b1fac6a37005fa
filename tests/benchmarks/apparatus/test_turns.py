"""What is compared takes turns, and the first rounds don't count."""

from __future__ import annotations

from functools import partial

from benchmarks.apparatus.turns import in_turn, medians


def test_all_take_turns_and_the_first_rounds_do_not_count() -> None:
    log: list[str] = []

    def run(name: str) -> int:
        log.append(name)
        return len(log)

    assert in_turn([partial(run, "a"), partial(run, "b")], rounds=2, warm_up=3) == [[7, 9], [8, 10]]
    assert log == ["a", "b"] * 5


def test_medians_are_seconds_without_the_warm_up() -> None:
    calls: list[str] = []
    found = medians({"a": partial(calls.append, "a"), "b": partial(calls.append, "b")}, rounds=3, warm_up=1)
    assert calls == ["a", "b"] * 4
    assert list(found) == ["a", "b"]
    assert all(0 < seconds < 1 for seconds in found.values())
