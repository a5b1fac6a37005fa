"""Run as a program: uses one store on both sides of a fork."""

from __future__ import annotations

import os
import sys

from tests.attendance.store.builders import student
from tests.attendance.store.databases import open_at

if __name__ == "__main__":
    store = open_at(sys.argv[1])
    store.add_student(student("before"))
    child = os.fork()
    if child == 0:
        for number in range(20):
            store.add_student(student(f"child {number}"))
        store.close()
        sys.exit(0)
    for number in range(20):
        store.add_student(student(f"parent {number}"))
    _, status = os.waitpid(child, 0)
    store.add_student(student("after"))
    store.close()
    sys.exit(os.waitstatus_to_exitcode(status))
