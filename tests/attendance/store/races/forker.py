"""Run as a program: uses one store on both sides of a fork."""

from __future__ import annotations

import os
import sys
from contextlib import closing

from tests.attendance.store.builders import student
from tests.attendance.store.databases import open_at

if __name__ == "__main__":
    address = sys.argv[1]
    store = open_at(address)
    store.add_student(student("before"))
    parent_is_done, tell = os.pipe()
    child = os.fork()
    if child == 0:
        for number in range(20):
            store.add_student(student(f"child {number}"))
        os.read(parent_is_done, 1)
        store.add_student(student("child at last"))
        store.close()
        sys.exit(0)
    for number in range(20):
        store.add_student(student(f"parent {number}"))
    store.close()
    with closing(open_at(address)) as another:
        another.add_student(student("parent at last"))
        os.write(tell, b"!")
        _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))
