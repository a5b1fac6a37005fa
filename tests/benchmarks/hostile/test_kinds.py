"""Two thousand hostile inputs: nothing is answered with an error of ours, and nothing is stored."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.hostile.kinds.all_kinds import KINDS, SHARES, counts_of
from benchmarks.hostile.mutations import any_text, mutated, mutated_text
from benchmarks.hostile.parsers import PARSERS
from benchmarks.hostile.trying import HostileRun
from tests.benchmarks.hostile.conftest import OpenSite

INPUTS = 2000
EACH = 150  # of each parser
SEED = 20261130


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # of odd workbooks, which are logged at most
@pytest.mark.parametrize("name", sorted(KINDS))
def test_hostile_inputs_are_answered_and_store_nothing(name: str, site: OpenSite, tmp_path: Path) -> None:
    opened, watch = site
    count = counts_of(INPUTS)[name]
    result = HostileRun(watch, tmp_path).try_kind(KINDS[name](opened), count, SEED)
    assert [fault.problem for fault in result.faults] == []
    assert result.inputs == count
    assert max(result.statuses) < 500
    turned_away = result.statuses.get(401, 0) + result.statuses.get(429, 0)
    assert turned_away <= count / 2, "they get to the code"


def test_every_kind_has_its_part_of_the_inputs() -> None:
    assert SHARES.keys() == KINDS.keys()
    assert sum(SHARES.values()) == 100
    assert sum(counts_of(INPUTS).values()) == INPUTS


def test_the_same_seed_makes_the_same_inputs(site: OpenSite) -> None:
    opened, _ = site
    for name in ("images", "lists", "workbooks", "multipart", "json"):
        kind = KINDS[name](opened)
        first, again = ([*islice(kind.inputs(random.Random(1)), 20)] for _ in range(2))
        assert first == again, name
        assert [*islice(kind.inputs(random.Random(2)), 20)] != first, name


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_parsers_refuse_or_understand(name: str) -> None:
    parser, draw = PARSERS[name], random.Random(SEED)
    seeds = parser.seeds()
    assert seeds
    for seed in seeds:
        parser.read(seed)
    for _ in range(EACH):
        parser.read(mutated(draw.choice(seeds), draw)[0])


def test_mutations_change_what_they_get() -> None:
    draw = random.Random(SEED)
    assert len({mutated(b"some bytes of a file", draw)[0] for _ in range(100)}) > 50
    assert len({mutated_text("some words of a text", draw) for _ in range(100)}) > 50
    assert len({any_text(draw) for _ in range(100)}) > 20
    assert mutated(b"", draw)[1]
    assert isinstance(mutated_text("", draw), str)
