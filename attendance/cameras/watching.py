"""A camera watches a session: students who pass are marked, doubtful ones are put into review."""

from __future__ import annotations

from attendance.cameras.watch_doubts import WatchDoubts
from attendance.cameras.watch_marks import WatchMarks
from attendance.cameras.watch_values import Passer, Passing, Sight, WatchNews, WatchNewsKind, WatchTerms
from attendance.classes.class_sessions import ClassSessions
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.errors import SessionClosedError, StudentNotFoundError
from attendance.files.snapshots import Snapshots
from attendance.recognition.face_tracking import WHOLE_EVERY, FaceTracker, TrackedFace
from attendance.recognition.matcher import Matcher, MatcherSource
from attendance.settings.site_uses import EVERYTHING, SiteUses
from attendance.store.protocol import Store
from attendance.values import Session, Student
from face_detection.classroom_photo import SMALLEST_FACE
from face_detection.values import Photo
from face_matching.decision import Doubtful, Match
from face_matching.gallery import Gallery

SMALLEST_SHARE = 1 / 15
"""Of the shorter side of a frame, the smallest face that is looked for unless asked otherwise: 32 px of 480,
72 of 1080, 3 m from a camera that sees 70 degrees. So a large frame takes no longer than a small one."""

GALLERY_SECONDS = 5.0
"""How often changes of students or their faces are checked."""

AGAIN_SECONDS = 3.0
"""After which a student in view is marked again if the mark no longer counts and no person's word counts."""


class Watching:
    """Watches sessions with cameras.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: gives the matcher, which reads frames and identifies students.
        sessions: finds the course of a session.
        class_sessions: knows which sessions are open.
        snapshots: where snapshots are stored.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        matcher: MatcherSource,
        sessions: Sessions,
        class_sessions: ClassSessions,
        snapshots: Snapshots,
        uses: SiteUses = EVERYTHING,
    ) -> None:
        self._store = store
        self._clock = clock
        self._uses = uses
        self._matcher = matcher
        self._sessions = sessions
        self._class_sessions = class_sessions
        self._snapshots = snapshots

    def start(self, session: Session, terms: WatchTerms) -> Watch:
        """Begin to watch; loads the networks where they are not loaded.

        Args:
            session: which session.
            terms: how it is watched.

        Raises:
            SwitchedOffError: the site allows no live cameras.
            SessionClosedError: the session is not open.
            SessionNotFoundError: its course no longer exists.
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.FaceDetectionError: networks can't be had.
        """
        self._uses.need_live_camera()
        if not self.is_open(session):
            raise SessionClosedError(f"The session {session.id} is not open. Open it to watch it.")
        return Watch(
            self._store,
            self._clock,
            watching=self,
            snapshots=self._snapshots,
            session=session,
            terms=terms,
            matcher=self._matcher(),
        )

    def is_open(self, session: Session) -> bool:
        """Whether students can still be marked in the session."""
        return self._class_sessions.get(session.id).is_open(self._clock.now())

    def gallery(self, session: Session, matcher: Matcher) -> Gallery | None:
        """Whom to search in the session, as of now.

        Raises:
            SessionNotFoundError: the course no longer exists.
            EngineMismatchError: the templates have to be made again.
        """
        return matcher.gallery(self._sessions.course_of(session))


class Watch:
    """One camera in one session; made by `Watching.start`, for one thread.

    Attributes:
        session: which session.
        terms: how it is watched.
        marks: marks the students who are recognised.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        watching: Watching,
        snapshots: Snapshots,
        session: Session,
        terms: WatchTerms,
        matcher: Matcher,
    ) -> None:
        self.session, self.terms = session, terms
        self._store = store
        self._watching = watching
        self._matcher = matcher
        self._following = FaceTracker(
            matcher.pipeline.room,
            watching.gallery(session, matcher),
            matcher.policy,
            whole_every=WHOLE_EVERY,
        )
        self.marks = WatchMarks(store, clock, session.id, terms)
        self._doubts = WatchDoubts(store, snapshots, session, terms.device)
        self._due: dict[str, float] = {}  # by student: when a sighting next asks for the mark
        self._students: dict[str, Student | None] = {}
        self._gallery_at = 0.0

    @property
    def knows_anybody(self) -> bool:
        """Whether anybody of the course has a face that can be compared with."""
        return self._following.evidence.gallery is not None

    def is_open(self) -> bool:
        """Whether students can still be marked in the session; asks the store."""
        return self._watching.is_open(self.session)

    def look(self, photo: Photo, at: float) -> Sight:
        """Process the next frame: mark each student recognised in it.

        Args:
            photo: the frame.
            at: when it was taken, in seconds from any moment, of a recording with a known time from its
                beginning; never before the last one.

        Raises:
            SessionClosedError: the session was closed meanwhile; nobody was marked after that.
            EngineMismatchError: the templates have to be made again.
            StoreUnavailableError: the database is unavailable.
        """
        if at - self._gallery_at >= GALLERY_SECONDS:
            self._gallery_at = at
            self._students.clear()
            self._following.evidence.gallery = self._watching.gallery(self.session, self._matcher)
        smallest = self.terms.smallest_face or max(
            SMALLEST_FACE, SMALLEST_SHARE * min(photo.height, photo.width)
        )
        followed = self._following.look(photo, at, smallest_face=smallest)
        news = [told for each in followed if (told := self._matched(each, at)) is not None]
        self._doubts.note(photo, followed, at)
        news += self._new_doubts(at)
        return Sight(tuple(self._passer(each) for each in followed), tuple(news))

    def end(self) -> tuple[WatchNews, ...]:
        """Put the faces that are still doubtful at the end into review."""
        return tuple(self._new_doubts(None))

    def _matched(self, followed: TrackedFace, at: float) -> WatchNews | None:
        """Mark the student of a matched face; returns what happened, if it is new."""
        standing = followed.standing
        if not isinstance(standing, Match) or standing.score < self.terms.least_score:
            return None
        student = self._student(standing.student_id)
        if student is None or at < self._due.get(student.id, at):
            return None
        is_first, seen = student.id not in self._due, self.marks.moment(at)
        try:
            kind, mark = self.marks.mark(standing, seen)
        except StudentNotFoundError:  # erased a moment ago
            return None
        self._due[student.id] = at + AGAIN_SECONDS
        if not is_first and (kind is not WatchNewsKind.MARKED or self.terms.dry_run):
            return None
        return WatchNews(kind, student, standing.score, seen, mark)

    def _new_doubts(self, at: float | None) -> list[WatchNews]:
        """Put final doubts into review; returns what is new."""
        news, gallery = [], self._following.evidence.gallery
        for doubt in self._doubts.ripe(at):
            if any(gallery is None or gallery.place(each.student_id) is None for each in doubt.candidates):
                continue  # somebody objected meanwhile, or was erased
            best = doubt.candidates[0]
            student = self._student(best.student_id)
            if student is None or student.id in self._due:
                continue
            seen = self.marks.moment(doubt.last_at)
            if self.terms.dry_run or self._doubts.send_to_review(doubt, seen):
                news.append(WatchNews(WatchNewsKind.HELD, student, best.score, seen))
        return news

    def _passer(self, followed: TrackedFace) -> Passer:
        standing = followed.standing
        if isinstance(standing, Match):
            student = self._student(standing.student_id)
            return Passer(followed, Passing.NAMED if student else Passing.UNKNOWN, student)
        if isinstance(standing, Doubtful):
            return Passer(followed, Passing.DOUBTFUL, self._student(standing.candidates[0].student_id))
        settled = followed.settled
        return Passer(followed, Passing.UNKNOWN if settled else Passing.WAITING, None)

    def _student(self, student_id: str) -> Student | None:
        if student_id not in self._students:
            self._students[student_id] = self._store.student(student_id)
        return self._students[student_id]
