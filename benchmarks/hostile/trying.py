"""Sends the inputs of one kind, and judges each answer."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from logging import getLogger
from pathlib import Path

from benchmarks.hostile.values import HostileFault, HostileInput, HostileKind, KindResult
from benchmarks.hostile.watch import ErrorsLogged, RegisterWatch, resident

SLOW_SECONDS = 5.0
MOST_GROWTH = 60.0  # MB: decoders that start again, and caches of texts and templates with a fixed size
WARM_SHARE = 0.2  # of the inputs, after which caches are full; memory is compared from there
MOST_FAULTS = 50  # of one kind, which are saved; then it ends
RUNNING = "running.json"


class HostileRun:
    """Sends inputs to a site, one after the other.

    Args:
        watch: sees what is stored.
        failures: an existing folder for inputs that were not answered as they should be. The one that is
            being answered is there too, in case that the process doesn't survive it.
    """

    def __init__(self, watch: RegisterWatch, failures: Path) -> None:
        self._watch = watch
        self._failures = failures

    def try_kind(self, kind: HostileKind, count: int, seed: int) -> KindResult:
        """Send so many inputs of a kind.

        Args:
            kind: makes and sends them.
            count: how many.
            seed: the same one makes the same inputs.
        """
        result = KindResult(kind.name)
        draw = random.Random(f"{kind.name} {seed}")  # noqa: S311 - no secret
        warm = int(count * WARM_SHARE)
        self._watch.changed()  # what making the kind itself has stored
        begun = time.perf_counter()
        with _errors() as errors:
            for number, one in enumerate(islice(kind.inputs(draw), count)):
                if number == warm:
                    result.memory = resident()
                self._try_one(kind, one, errors, result)
                if len(result.faults) >= MOST_FAULTS:
                    break
        result.seconds = time.perf_counter() - begun
        result.growth = resident() - result.memory
        (self._failures / RUNNING).unlink(missing_ok=True)
        return result

    def _try_one(
        self, kind: HostileKind, one: HostileInput, errors: ErrorsLogged, result: KindResult
    ) -> None:
        one.save(self._failures / RUNNING, "the process did not survive it")
        status, seconds, problems = _sent(kind, one)
        if seconds > SLOW_SECONDS:  # other programs may have kept the computer busy
            seconds = min(seconds, _sent(kind, one)[1])
        problems += [f"logged: {each}" for each in errors.taken()]
        if seconds > SLOW_SECONDS:
            problems.append(f"took {seconds:.1f} s, twice")
        if stored := self._watch.changed():
            problems.append(f"answered {status} and stored something: {', '.join(stored[:8])}")
        result.inputs += 1
        result.statuses[status] = result.statuses.get(status, 0) + 1
        result.slowest = max(result.slowest, seconds)
        if problems:
            result.faults.append(self._fault(one, "; ".join(problems), len(result.faults)))

    def _fault(self, one: HostileInput, problem: str, number: int) -> HostileFault:
        file = self._failures / f"{one.kind}-{number:03}.json"
        one.save(file, problem)
        return HostileFault(one.entrance, problem, str(file))


def _sent(kind: HostileKind, one: HostileInput) -> tuple[int, float, list[str]]:
    """The status of the answer, its seconds, and what was wrong with it."""
    problems: list[str] = []
    begun = time.perf_counter()
    try:
        status = kind.send(one)
    except Exception as error:  # noqa: BLE001 - whatever it is, it should have been an answer
        problems.append(f"{type(error).__name__}: {error}"[:400])
        status = 500
    seconds = time.perf_counter() - begun
    if status >= 500 and not problems:
        problems.append(f"answered {status}")
    return status, seconds, problems


def is_flat(result: KindResult) -> bool:
    """Whether memory has stayed as it was."""
    return result.growth <= MOST_GROWTH


@contextmanager
def _errors() -> Iterator[ErrorsLogged]:
    handler = ErrorsLogged()
    getLogger().addHandler(handler)
    try:
        yield handler
    finally:
        getLogger().removeHandler(handler)
