"""Each way is measured in turn, by as many threads as are asked for at the same time."""

from __future__ import annotations

import threading

from benchmarks.inference.callers import Costs, compared


def test_all_threads_are_at_work_at_once_in_each_way() -> None:
    barrier, done = threading.Barrier(3), list[str]()

    def meet(name: str) -> None:
        barrier.wait(20)
        done.append(name)

    costs = compared({"first": lambda: meet("first"), "second": lambda: meet("second")}, 3, 2, 2)
    assert done == (["first"] * 6 + ["second"] * 6) * 2
    assert {name: len(each.latency) for name, each in costs.items()} == {"first": 12, "second": 12}
    assert all(len(each.cpu) == len(each.wall) == 2 for each in costs.values())


def test_the_cells_are_medians_in_milliseconds_and_calls_a_second() -> None:
    costs = Costs(cpu=[0.001, 0.002, 0.009], latency=[0.0104, 0.02, 0.001], wall=[0.01, 0.02, 0.5])
    assert costs.cells == ["2.00", "10.4", "50"]
