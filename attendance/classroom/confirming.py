"""A teacher has confirmed who is in the classroom: the decision is stored first, then the marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.classes.cancelling import need_uncancelled
from attendance.classes.mark_changes import MarkFacts, settle_mark, status_at
from attendance.classes.sessions import Sessions
from attendance.classroom.choices import (
    place_of_face,
    renamed_students,
    require_known,
    require_once_a_picture,
    scores_of_choices,
)
from attendance.classroom.jobs.errors import ClassroomError
from attendance.classroom.jobs.job_folder import JobFolder
from attendance.classroom.jobs.job_records import DamagedRecordError, JobDecision, Order
from attendance.classroom.jobs.states import ClassroomProblem
from attendance.classroom.jobs.values import ClassroomMarks, RefusedChoice
from attendance.classroom.two_people import first_of_two
from attendance.clock import Clock
from attendance.errors import StudentNotFoundError
from attendance.marks.last_word import corrected_since, last_word, mark_seen
from attendance.presence.room_pictures import CLASSROOM_ATTEMPT, PictureKey, RoomPictures
from attendance.store.protocol import Store
from attendance.values import Course, Mark, MarkEvent, MarkEvidence, MarkMethod, Place, Session


class Confirming:
    """Stores decisions about jobs and carries them out.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions and their courses.
        rooms: notes whom the pictures show.
        two_people: whether a second person has to confirm the same choices.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: Sessions,
        rooms: RoomPictures,
        *,
        two_people: bool = False,
    ) -> None:
        self._two_people = two_people
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._rooms = rooms

    def confirm(
        self, folder: JobFolder, order: Order, choices: Mapping[str, str | None], *, by: str
    ) -> ClassroomMarks:
        """Store a decision, unless there is one already, and carry it out.

        The decision comes before its effect: of two people who decide at once only one has decided, and
        what a crash cuts short is carried out later. Where two people are asked for, the first one's choices
        are only stored; whoever changes them is the first one of the changed ones.

        Returns:
            What the marks became, or that another person has to confirm now.

        Raises:
            ClassroomError: these choices are not possible; nothing is written.
            SessionNotFoundError: the session or its course no longer exists.
            SessionCancelledError: the session is cancelled.
            StoreUnavailableError: the database is away.
        """
        need_uncancelled(self._sessions.get(order.session_id))
        chosen = {key: student_id for key, student_id in choices.items() if student_id is not None}
        decision = folder.decision()
        if decision is None:
            fresh = self._decision(folder, choices, chosen, by)
            if fresh is not None and self._two_people:
                first = first_of_two(folder, fresh, self._in_register)
                if first is None and not folder.is_decided:
                    return ClassroomMarks((), (), (), waits=True)
                fresh = replace(fresh, first_by=first)
                self._note_both(folder, order, fresh)
            if fresh is not None:
                folder.write_decision(fresh)
            decision = folder.decision()
        if decision is None or not decision.confirmed:
            raise ClassroomError(ClassroomProblem.NOT_READY, f"The job {folder.id} was discarded.")
        if self._in_register(decision.choices) != self._in_register(chosen):
            raise ClassroomError(
                ClassroomProblem.CONFIRMED_OTHERWISE,
                f"{decision.by} already confirmed the job {folder.id} with other names. Correct the "
                "marks on the board.",
            )
        return self.carry_out(folder, order, decision)

    def _note_both(self, folder: JobFolder, order: Order, decision: JobDecision) -> None:
        """Chain who confirmed first, as a mark only names the second one."""
        people = {"first_by": decision.first_by, "second_by": decision.by}
        AuditTrail(self._store).note(AuditKind.REVIEWED, order.session_id, photo=folder.id, **people)

    def carry_out(self, folder: JobFolder, order: Order, decision: JobDecision) -> ClassroomMarks:
        """Write the marks of a decision; idempotent.

        Raises:
            SessionNotFoundError: the session or its course no longer exists.
            StoreUnavailableError: the database is unavailable; the next call continues.
        """
        try:
            marks = folder.marks()
        except DamagedRecordError:
            marks = None
        if marks is None:
            marks = self._marks(order, decision)
            here = set(decision.choices.values())
            others = renamed_students(folder, decision) - here
            self._rooms.correct(order.session_id, key_of(order), here=here, others=others)
            folder.write_marks(marks)
        folder.forget_pictures()
        return marks

    def _decision(
        self, folder: JobFolder, choices: Mapping[str, str | None], chosen: Mapping[str, str], by: str
    ) -> JobDecision | None:
        """The decision, checked; None if another person decided at the same moment."""
        seen = folder.seen()
        if seen is None and folder.is_decided:
            return None
        if seen is None or seen.problem is not None:
            raise ClassroomError(
                ClassroomProblem.NOT_READY, f"The job {folder.id} has nothing to confirm yet."
            )
        faces = {face.key: face for picture in seen.pictures for face in picture.faces}
        require_known(choices, faces)
        require_once_a_picture(chosen, faces)
        return JobDecision(True, by, self._clock.now(), dict(chosen), scores_of_choices(chosen, seen))

    def _marks(self, order: Order, decision: JobDecision) -> ClassroomMarks:
        session = self._sessions.get(order.session_id)
        course = self._sessions.course_of(session)
        marked, standing, refused = [], [], []
        by_student: dict[str, list[str]] = {}
        for key, student_id in sorted(decision.choices.items(), key=lambda choice: place_of_face(choice[0])):
            by_student.setdefault(student_id, []).append(key)
        for student_id, keys in by_student.items():
            problem = self._problem_of(student_id, course)
            mark = None
            if problem is None:
                scores = [decision.scores[key] for key in keys if key in decision.scores]
                try:
                    mark = self._mark(session, student_id, max(scores, default=None), order, decision)
                except StudentNotFoundError:  # erased a moment ago
                    problem = ClassroomProblem.STUDENT_GONE
            if problem is not None:
                refused += [RefusedChoice(key, student_id, problem) for key in keys]
            elif mark is not None and any(event.note == note_of(order) for event in mark.history):
                marked.append(student_id)
            else:
                standing.append(student_id)
        return ClassroomMarks(tuple(marked), tuple(standing), tuple(refused))

    def _problem_of(self, student_id: str, course: Course) -> ClassroomProblem | None:
        student = self._store.student(student_id)
        if student is None:
            return ClassroomProblem.STUDENT_GONE
        if not student.active or (course.roster is not None and student_id not in course.roster):
            return ClassroomProblem.NOT_ON_ROSTER
        return None

    def _mark(
        self, session: Session, student_id: str, score: float | None, order: Order, decision: JobDecision
    ) -> Mark | None:
        event = MarkEvent(
            at=decision.at,
            status=status_at(session, order.created_at),
            method=MarkMethod.CLASSROOM_PHOTO,
            by=decision.by,
            note=note_of(order),
            came_at=order.created_at,
            by_person=True,
        )
        details = MarkFacts(
            at=order.created_at,
            score=score,
            reviewer=decision.by,
            attempt=f"{CLASSROOM_ATTEMPT}{order.id}",
            evidence=MarkEvidence(place=Place.ROOM_PHOTO),
        )

        def decide(existing: Mark | None) -> Mark | None:
            if existing and _is_settled(existing, decision, event.note):
                return None
            word = last_word(existing) if existing else None
            return mark_seen(
                existing,
                session=session,
                student_id=student_id,
                event=event,
                details=details,
                overrules=word is not None and word.for_the_rest,
            )

        return settle_mark(self._store, session.id, student_id, decide)

    def _in_register(self, choices: Mapping[str, str]) -> dict[str, str]:
        """The choices without students who were erased since."""
        return {key: s for key, s in choices.items() if self._store.student(s) is not None}


def key_of(order: Order) -> PictureKey:
    """The key of a job's pictures in its session."""
    return PictureKey(order.created_at, order.by)


def note_of(order: Order) -> str:
    """The note in a mark's history by which the marks of a job are found."""
    return f"photo of the room {order.id[-8:]}"


def _is_settled(mark: Mark, decision: JobDecision, note: str) -> bool:
    """Whether this decision was applied to the mark, or a person has changed the mark since."""
    return any(event.note == note for event in mark.history) or corrected_since(mark, decision.at)
