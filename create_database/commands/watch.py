"""The command watch: a camera, a stream or a file marks who passes in an open session."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

import click

from attendance.cameras.watch_values import WatchNews, WatchNewsKind, WatchTerms
from attendance.cameras.watching import Watch
from attendance.classes.mark_changes import status_at
from attendance.errors import SessionClosedError, StoreUnavailableError
from attendance.values import Mark
from create_database.context import Desk
from create_database.graceful_interrupt import StopWish
from create_database.open_sessions import find_open_session
from create_database.recordings import STARTS, before_the_session, recording_began
from create_database.shell import AdminCommand, by_option, pass_desk
from create_database.watch_window import Window, has_screen
from create_database.wording import counted
from face_detection.face_detect_video import Frame, VideoSource, next_look
from face_detection.video.live_video import StreamNews, StreamState

LOOKS_PER_SECOND = 10.0
"""Frames that are looked at in a second, at most."""

POLL_SECONDS = 0.25
"""How long a frame is waited for until it is asked again whether to end."""

OPEN_SECONDS = 1.0
"""How often it is asked whether the session is still open."""

AWAY_SECONDS = 1.0
"""How long it waits when the database does not answer."""

CLOSED = "The session was closed."


@dataclass
class WatchTally:
    """What came of a watch.

    Attributes:
        begun: when, on the monotonic clock.
        frames: how many were looked at.
        counts: how often each kind of thing happened.
        ending: why it ended, where nobody stopped it.
    """

    begun: float = field(default_factory=time.monotonic)
    frames: int = 0
    counts: dict[WatchNewsKind, int] = field(default_factory=lambda: dict.fromkeys(WatchNewsKind, 0))
    ending: str = ""


@click.command(
    cls=AdminCommand,
    examples=(
        'watch 0 --session "Physics 2"',
        "watch rtsp://user:password@192.0.2.7/stream1 --session general --no-window",
        "watch entrance.mp4 --session general --dry-run",
        "watch entrance.mp4 --session general --started-at 08:55",
    ),
)
@click.argument("source")
@click.option("--session", "wanted", metavar="S", help="Id of an open session, or the name of its course.")
@click.option("--dry-run", is_flag=True, help="Say who would be marked and write nothing.")
@click.option("--no-window", is_flag=True, help="Show no window, even where there is a screen.")
@click.option(
    "--smallest-face",
    metavar="PX",
    type=click.IntRange(20, 2000),
    help="Look for faces from PX pixels on; smaller takes longer.  [default: a 15th of the frame]",
)
@click.option(
    "--started-at",
    metavar="TIME",
    type=click.DateTime(STARTS),
    help="When a recording began, HH:MM on the session's day or YYYY-MM-DD HH:MM; marks get its times.",
)
@by_option
@pass_desk
def watch(
    desk: Desk,
    source: str,
    *,
    wanted: str | None,
    dry_run: bool,
    no_window: bool,
    smallest_face: int | None,
    started_at: datetime | None,
    by: str,
) -> None:
    """Mark who passes a camera, in the session S, while it is open.

    SOURCE is the number of a camera of this computer (0 is the first), the address of a stream (rtsp://,
    http:// and others), or a video file. Ctrl-C ends it.
    """
    session = find_open_session(desk, wanted)
    desk.load_networks()
    with ExitStack() as stack:
        stop = stack.enter_context(StopWish(signal.SIGINT, signal.SIGTERM))
        video = stack.enter_context(VideoSource.open(source, told=lambda news: _tell_stream(desk, news)))
        began_at = recording_began(desk, session, video, started_at)
        terms = WatchTerms(
            by=by, device=video.name, dry_run=dry_run, smallest_face=smallest_face, began_at=began_at
        )
        watching = desk.register.cameras.watching.start(session, terms)
        if not watching.knows_anybody:
            desk.screen.note("Nobody of this course is enrolled with a face; everybody will be unknown.")
        course = desk.register.sessions.course_of(session)
        window = None if no_window or not has_screen() else stack.enter_context(Window(course.name))
        desk.screen.note(f"Watching {video.name} for {course.name}. Ctrl-C ends it.")
        tally = WatchTally()
        try:
            _run(desk, video, watching, window, stop=stop, tally=tally)
        finally:
            _sum_up(desk, watching, tally)


def _run(
    desk: Desk,
    video: VideoSource,
    watching: Watch,
    window: Window | None,
    *,
    stop: StopWish,
    tally: WatchTally,
) -> None:
    """Look at one frame after the other until there is a reason to end."""
    due, asked, away = before_the_session(desk, watching), time.monotonic(), False
    while not (stop.felt or video.ended or (window is not None and window.closed)):
        frame = _next_frame(video, due)
        try:
            if time.monotonic() - asked >= OPEN_SECONDS:
                asked = time.monotonic()
                if not watching.is_open():
                    tally.ending = CLOSED
                    return
            if frame is not None:
                due = next_look(frame.seconds, LOOKS_PER_SECOND)
                _look(desk, frame, watching, window, tally)
            elif window is not None:
                window.wait()
        except SessionClosedError:
            tally.ending = CLOSED
            return
        except StoreUnavailableError as error:
            if not away:
                desk.screen.note(
                    f"{error} Whoever passes meanwhile is marked when it is back, if they are still in view."
                )
            away = True
            time.sleep(AWAY_SECONDS)
        else:
            away = False


def _next_frame(video: VideoSource, due: float) -> Frame | None:
    """The next frame, where one came that is due."""
    frame = video.read(POLL_SECONDS, not_before=due)
    if frame is None or frame.seconds >= due:
        return frame
    time.sleep(due - frame.seconds)  # a live camera is quicker than it is looked at
    return None


def _look(desk: Desk, frame: Frame, watching: Watch, window: Window | None, tally: WatchTally) -> None:
    sight = watching.look(frame.photo, frame.seconds)
    tally.frames += 1
    for news in sight.news:
        _tell(desk, watching, news, tally)
    if window is not None:
        window.show(frame.photo, sight)


def _tell(desk: Desk, watching: Watch, news: WatchNews, tally: WatchTally) -> None:
    """One line for what happened."""
    tally.counts[news.kind] += 1
    who = f"{news.student.name} ({news.student.roll_number})"
    dry_run = watching.terms.dry_run
    at = news.at.astimezone(desk.settings.time_zone).strftime("%H:%M:%S")
    if news.kind is WatchNewsKind.STAYS:
        desk.screen.say(f"{at} {who} was seen; {_standing(news.mark)} stays.")
    elif news.kind is WatchNewsKind.HELD:
        held = "it would be held for review" if dry_run else "it is held for review"
        desk.screen.say(f"{at} Somebody may be {who}, and that is not sure: {held}.")
    elif dry_run:
        desk.screen.say(f"{at} {who} would be {status_at(watching.session, news.at)}.")
    else:
        assert news.mark is not None
        desk.screen.say(f"{at} {who} is {news.mark.status}.")


def _standing(mark: Mark | None) -> str:
    """What a mark says that stays."""
    return "the mark" if mark is None else f"the mark {mark.status}"


def _tell_stream(desk: Desk, news: StreamNews) -> None:
    """What became of a camera; called from another thread."""
    if news.state is StreamState.LOST:
        desk.screen.note(f"The picture of {news.name} was lost. Trying to reach it again.")
    else:
        desk.screen.note(f"{news.name} is back.")


def _sum_up(desk: Desk, watching: Watch, tally: WatchTally) -> None:
    """Hold what is still in doubt, and say what came of it all."""
    try:
        for news in watching.end():
            _tell(desk, watching, news, tally)
    finally:
        seconds = time.monotonic() - tally.begun
        if tally.ending:
            desk.screen.note(tally.ending)
        counts, dry_run = tally.counts, watching.terms.dry_run
        desk.screen.say(
            f"{counted(counts[WatchNewsKind.MARKED], 'student')} {'would be ' if dry_run else ''}marked, "
            f"{counts[WatchNewsKind.STAYS]} had a mark before, "
            f"{counts[WatchNewsKind.HELD]} {'would be ' if dry_run else ''}held for review; "
            f"{counted(tally.frames, 'frame')} in {seconds:.0f} s."
        )
        if dry_run:
            desk.screen.say("This was a dry run: nobody was marked.")
