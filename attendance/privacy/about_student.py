"""Everything that the register has about one student, without what it has about others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from attendance.audit.chain.values import AuditFilter
from attendance.audit.trail import AuditTrail
from attendance.classroom.jobs.job_contents import decision_of, marks_of, order_of, seen_of
from attendance.classroom.jobs.job_records import DamagedRecordError
from attendance.store.erasure import CHECKED_IN, answer_without
from attendance.store.protocol import Store
from attendance.store.protocols.jobs import PhotoJob
from attendance.values import Alarm, CheckInTrace, Mark, Review, Session, Student

Facts = dict[str, Any]
AT_ONCE = 200  # entries of the trail, kept answers: what is in memory at once
ALWAYS = datetime.fromtimestamp(0, UTC)  # a time at which nothing stored had expired
MOST_CHANGES = 100_000  # of one student in 400 days
OTHERS = "other_students"  # how many others a record names, who are left out


class AboutStudent:
    """Reads everything about a student, kind by kind and some records at a time.

    Args:
        store: the register's database.
        student: whom it is about.
    """

    def __init__(self, store: Store, student: Student) -> None:
        self._store = store
        self._student = student

    def details(self) -> Iterable[Facts]:
        """The student's record."""
        return [asdict(self._student)]

    def templates(self) -> Iterable[Facts]:
        """The templates of all engines."""
        return map(asdict, self._store.templates_of(self._student.id))

    def notices(self) -> Iterable[Facts]:
        """E-mails about the student."""
        return map(asdict, self._store.notices_of(self._student.id))

    def changes(self) -> Iterable[Facts]:
        """Who changed the student's data."""
        return map(asdict, self._store.student_changes(MOST_CHANGES, self._student.id))

    def courses(self) -> Iterator[Facts]:
        """The courses whose roster has the student."""
        for course in self._store.courses():
            if self._student.id in (course.roster or ()):
                yield {"course_id": course.id, "name": course.name}

    def marks(self) -> Iterator[Facts]:
        """The marks, with their history."""
        for mark in self._store.marks_of_student(self._student.id):
            yield self._where(mark) | asdict(mark)

    def traces(self) -> Iterator[Facts]:
        """What is kept of photos."""
        for trace in self._store.traces_of_student(self._student.id):
            yield self._where(trace) | asdict(trace)

    def sessions(self) -> Iterator[Facts]:
        """Sessions in which the student was seen or called out."""
        for session in self._store.sessions_naming(self._student.id):
            seen = [each for each in session.room_pictures if self._student.id in each.seen]
            called = [each for each in session.spot_checks if self._student.id in each.student_ids]
            yield _session(session) | {
                "seen_in_photos": [{"at": each.at, "by": each.by} for each in seen],
                "called_out": [{"at": each.at, "by": each.by} for each in called],
            }

    def faces(self) -> Iterator[Facts]:
        """The face crops and the portrait, without the pictures."""
        for crop in self._store.crops_of(self._student.id):
            yield {"picture": crop_name(crop.source)} | _without(asdict(crop), "jpeg")
        portrait = self._store.portrait_of(self._student.id)
        if portrait is not None:
            yield {"picture": PORTRAIT} | _without(asdict(portrait), "jpeg")

    def reviews(self) -> Iterator[Facts]:
        """Check-ins that a person decides or decided."""
        for review in self._store.reviews_about(self._student.id):
            yield self._where(review) | self._own_review(review)

    def _own_review(self, review: Review) -> Facts:
        own = [each for each in review.candidates if each.student_id == self._student.id]
        facts = _without(asdict(review), "subject", "snapshot")
        facts["candidates"] = [asdict(each) for each in own]
        facts[OTHERS] = len(review.candidates) - len(own)
        if review.decided_for not in (None, self._student.id):
            facts["decided_for"] = "another student"
        if review.snapshot is not None:
            facts["picture"] = review_picture(review) or "not included: it may show another student"
        return facts

    def alarms(self) -> Iterator[Facts]:
        """What was odd about check-ins."""
        for alarm in self._store.alarms_about(self._student.id):
            yield self._where(alarm) | self._own_alarm(alarm)

    def _own_alarm(self, alarm: Alarm) -> Facts:
        facts = _without(asdict(alarm), "id", "subject", "student_ids")
        return facts | {
            "student_id": self._student.id,
            OTHERS: len({*alarm.student_ids} - {self._student.id}),
        }

    def room_photos(self) -> Iterator[Facts]:
        """What was read in photos of rooms."""
        for job_id in self._store.job_ids():
            job = self._store.job(job_id)
            if job is not None and (facts := self._own_job(job)):
                yield {"job_id": job.id, "session_id": job.session_id, "sent_at": job.created_at} | facts

    def _own_job(self, job: PhotoJob) -> Facts:
        """What a job says of the student; empty if nothing."""
        me = self._student.id
        try:
            seen, decision, marks, order = seen_of(job), decision_of(job), marks_of(job), order_of(job)
        except DamagedRecordError:
            return {}
        faces = [] if seen is None else [face for picture in seen.pictures for face in picture.faces]
        mine = [
            {"face": face.key, "box": face.box, "score": own.score}
            for face in faces
            for own in face.candidates
            if own.student_id == me
        ]
        named = {} if decision is None else {key: who for key, who in decision.choices.items() if who == me}
        proposed = None if seen is None or seen.proposed is None else me in seen.proposed.choices.values()
        facts: Facts = {
            "may_be": mine,
            "named": [{"face": key, "score": decision and decision.scores.get(key)} for key in named],
            "named_by_the_first_of_two": bool(proposed),
            "counted_as_seen": seen is not None and me in seen.seen,
            "marked": marks is not None and me in (*marks.marked, *marks.standing),
            "refused": marks is not None and any(each.student_id == me for each in marks.refused),
        }
        return facts | {"sent_by": order.by} if any(facts.values()) else {}

    def answers(self) -> Iterator[Facts]:
        """Kept responses."""
        after: tuple[str, str] | None = None
        while keys := self._store.answer_keys(after, AT_ONCE):
            for grant_id, digest in keys:
                kept = self._store.answer(grant_id, digest, ALWAYS)
                if kept is None:  # gone meanwhile, or of somebody who was erased
                    continue
                if kept.answer.get(CHECKED_IN) == self._student.id:
                    yield asdict(kept)
                elif answer_without(kept.answer, self._student.id, self._student) != kept.answer:
                    says = "A response to other software that repeats your details."
                    yield {"expires_at": kept.expires_at, "answer": says}
            after = keys[-1]

    def trail(self) -> Iterator[Facts]:
        """The entries of the audit trail."""
        reference = AuditTrail(self._store).reference(self._student.id)
        below: int | None = None
        while reference is not None:
            found = self._store.find_audit(AuditFilter(student=reference, below=below), AT_ONCE)
            yield from map(asdict, found)
            if not found:
                return
            below = found[-1].number

    def _where(self, record: Mark | CheckInTrace | Review | Alarm) -> Facts:
        session = self._store.session(record.session_id)
        return {} if session is None else _session(session)


PORTRAIT = "pictures/portrait.jpg"


def crop_name(source: str) -> str:
    """The file of a stored face."""
    return f"pictures/face-{source[:12]}.jpg"


def review_picture(review: Review) -> str | None:
    """The file of a check-in's picture; None where there is none, or it may show somebody else."""
    if review.snapshot is None or len(review.candidates) != 1:
        return None
    return f"pictures/check-in-{review.snapshot}"


def _session(session: Session) -> Facts:
    return {"session_id": session.id, "course_id": session.course_id, "day": session.day}


def _without(facts: Facts, *names: str) -> Facts:
    return {name: value for name, value in facts.items() if name not in names}
