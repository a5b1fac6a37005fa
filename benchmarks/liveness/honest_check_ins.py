"""How many alarms honest check-ins raise, in made-up terms of a school.

    python -m benchmarks.liveness.honest_check_ins

Classes of 50 meet twice a week. Each has its own share of phones with mobile data, which changes from day to
day; phones lose their storage, are replaced and try again. With ``--lent`` a phone is lent to a neighbour now
and then, which raises an alarm that is right. Pictures are made up, and no two are alike: how often real ones
are taken for copies is measured by ``python -m benchmarks.liveness.copies``. How long phones wait for the
network is not known, so late codes are left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import cv2
import numpy as np
from numpy.random import Generator

from attendance.alarms.alarms import Alarms
from attendance.alarms.checked_photo import CheckedPhoto
from attendance.clock import SystemClock
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Consent, Course, Session, Student

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLASS = 50
MOBILE_SHARES = (0.0, 0.02, 0.1, 0.3, 0.6)  # of the phones of a class
SPREAD = 20.0  # how much the share changes from day to day: of a beta distribution with this many students
LOST_STORAGE = 0.02  # of check-ins, after which the phone has another key
SECOND_TRY = 0.1  # of check-ins, once more with the same phone
UNSIGNED = 0.15  # of phones, in browsers that can't sign


@dataclass(frozen=True)
class Habits:
    """What a class does.

    Attributes:
        mobile: share of phones with mobile data.
        lent: share of check-ins with another student's phone.
    """

    mobile: float
    lent: float


@dataclass(frozen=True)
class PocketPhone:
    """A student's phone."""

    key: str
    signed: bool
    camera: str


def check_ins(
    rng: Generator, session: Session, students: list[Student], phones: dict[str, PocketPhone], habits: Habits
) -> Iterator[CheckedPhoto]:
    """One session's photos; phones that lose their storage are replaced in ``phones``."""
    today = rng.beta(SPREAD * habits.mobile + 1e-6, SPREAD * (1 - habits.mobile) + 1e-6)
    for place in rng.permutation(len(students)):
        student, at = students[place], session.opens_at + timedelta(seconds=float(rng.uniform(0, 600)))
        if rng.random() < LOST_STORAGE:
            phones[student.id] = _phone(rng)
        lender = students[int(rng.integers(len(students)))] if rng.random() < habits.lent else student
        phone = phones[lender.id]
        is_mobile = rng.random() < today
        address = f"203.0.{rng.integers(256)}.{rng.integers(256)}" if is_mobile else "198.51.100.7"
        for number in range(2 if rng.random() < SECOND_TRY else 1):
            key = f"{session.id}:{student.id}:{number}"
            yield CheckedPhoto(
                id=key,
                session=session,
                at=at + timedelta(seconds=number * 5),
                student_id=student.id,
                device=phone.key,
                signed=phone.signed,
                address=address,
                digest=hashlib.sha256(key.encode()).hexdigest(),
                patch=_picture(rng),
                camera=phone.camera,
                code_age=None,
            )


def _phone(rng: Generator) -> PocketPhone:
    key, is_signed = f"{rng.integers(2**63):x}", rng.random() >= UNSIGNED
    return PocketPhone(f"key:{key}" if is_signed else key, signed=is_signed, camera="Front Camera")


def _picture(rng: Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    detail = cv2.GaussianBlur(rng.normal(0, 200, (96, 96)), (0, 0), 1.5)
    return np.clip(128 + detail, 0, 255).astype(np.uint8)


def term(store: Store, rng: Generator, habits: Habits, sessions: int) -> tuple[int, Counter[str]]:
    """One class for a term: how many photos, and alarms by kind."""
    name = f"class-{rng.integers(2**31)}"
    store.add_course(Course(id=name, name=name, roster=None))
    consent = Consent(given_at=FIRST, recorded_by="office", how="form")
    students = [
        Student(
            id=f"{name}-{number}", roll_number=f"{name} {number}", name=f"Student {number}", consent=consent
        )
        for number in range(CLASS)
    ]
    for student in students:
        store.add_student(student)
    phones = {student.id: _phone(rng) for student in students}
    alarms, photos, found = Alarms(store, SystemClock()), 0, Counter[str]()
    plain = Session(id="", course_id=name, token="", day="", opens_at=FIRST, closes_at=FIRST)
    for number in range(sessions):
        begins = FIRST + timedelta(days=3 * number)
        session = replace(
            plain,
            id=f"{name}|{number}",
            token=f"{name}-{number}",
            day=begins.date().isoformat(),
            opens_at=begins,
            closes_at=begins + timedelta(hours=1),
        )
        store.add_session(session)
        for photo in sorted(check_ins(rng, session, students, phones, habits), key=lambda one: one.at):
            alarms.note(photo)
            photos += 1
        alarms.wait()
        found.update(alarm.kind.value for alarm in alarms.of_session(session.id))
    alarms.close()
    return photos, found


@click.command()
@click.option("--sessions", default=10, show_default=True, help="Of each class; 500 check-ins.")
@click.option("--lent", default=0.0, show_default=True, help="Share of check-ins with a lent phone.")
@click.option("--seed", default=1, show_default=True)
def main(sessions: int, seed: int, lent: float) -> None:
    """Count the alarms of honest check-ins."""
    rng = np.random.default_rng(seed)
    with TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "honest.sqlite3")
        for share in MOBILE_SHARES:
            photos, found = term(store, rng, Habits(share, lent), sessions)
            kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items())) or "none"
            click.echo(f"{share:.0%} mobile data: {photos} photos, alarms: {kinds}")
        store.close()


if __name__ == "__main__":
    main()
