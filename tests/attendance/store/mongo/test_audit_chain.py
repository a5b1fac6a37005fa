"""The audit trail on MongoDB: several processes at once, and processes that die in between."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.audit.trail import AuditTrail
from attendance.store.mongo.audit.chain import AUDIT, PENDING, append, unpacked
from attendance.store.mongo.connection import Register
from tests.attendance.store.builders import fill, mark, student
from tests.attendance.store.conftest import NX27017, REAL
from tests.attendance.store.databases import MongoPlace

ROOT = Path(__file__).resolve().parents[4]
EACH = 12  # students of a process
PROCESSES = 3

pytestmark = pytest.mark.server


def test_a_change_carries_its_event_until_somebody_chains_it(
    mongo_place: MongoPlace, register: Register
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        store.chain_pending()
        chained = register[AUDIT].count_documents({})
        store.insert_mark(mark("s1"))
    document = register["marks"].find_one({"student_id": "s1"})
    assert document is not None
    assert len(document[PENDING]) == 1
    assert register[AUDIT].count_documents({}) == chained  # the process has ended without chaining it
    with closing(mongo_place.open()) as other:
        head = other.audit_head()
        assert head is not None
        assert head.kind is AuditKind.MARKED
        assert AuditTrail(other).verify().is_clean
    after = register["marks"].find_one({"student_id": "s1"})
    assert after is not None
    assert PENDING not in after


def test_an_event_is_chained_once_even_if_its_process_died_before_it_was_cleared(
    mongo_place: MongoPlace, register: Register
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        store.insert_mark(mark("s1"))
        document = register["marks"].find_one({"student_id": "s1"})
        assert document is not None
        append(register, map(unpacked, document[PENDING]))  # and then it dies
        assert AuditTrail(store).verify().is_clean
        assert len(store.find_audit(AuditFilter(kinds=(AuditKind.MARKED,)), 9)) == 1


@pytest.mark.parametrize("mongo_place", [NX27017, *REAL], indirect=True)
def test_several_processes_agree_on_one_chain(mongo_place: MongoPlace) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        for number in range(PROCESSES * EACH):
            store.add_student(student(f"n{number}"))
    command = [sys.executable, "-m", "tests.attendance.store.races.chainer", mongo_place.address]
    spans = [(first, first + EACH) for first in range(0, PROCESSES * EACH, EACH)]
    running = [subprocess.Popen([*command, *map(str, span)], cwd=ROOT) for span in spans]
    assert [process.wait(timeout=300) for process in running] == [0] * PROCESSES
    with closing(mongo_place.open()) as store:
        assert AuditTrail(store).verify().is_clean
        marked = store.find_audit(AuditFilter(kinds=(AuditKind.MARKED,)), 1000)
        assert len(marked) == len({entry.student for entry in marked}) == PROCESSES * EACH
