"""The command watch: marks people who pass a camera during an open session."""

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
from attendance.marks.last_word import status_for_cameras
from attendance.values import Mark
from create_database.context import AdminContext
from create_database.finding.open_sessions import find_open_session
from create_database.graceful_interrupt import GracefulInterrupt
from create_database.recordings import STARTS, recording_began, seconds_to_skip
from create_database.shell import AdminCommand, by_option, dry_run_option, pass_admin_context
from create_database.watch_window import Window, has_screen
from create_database.wording import counted
from face_detection.face_detect_video import VideoSource
from face_detection.video.frames import Frame, next_due
from face_detection.video.live_video import StreamNews, StreamState

FRAMES_PER_SECOND = 10.0
"""The largest number of frames processed per second."""

POLL_SECONDS = 0.25
"""How long to wait for a frame before checking again whether to stop."""

SESSION_CHECK_SECONDS = 1.0
"""How often to check whether the session is still open."""

RETRY_SECONDS = 1.0
"""How long to wait if the database does not respond."""

CLOSED = "The session was closed."


@dataclass
class WatchTally:
    """What happened during a watch.

    Attributes:
        begun: the start, on the monotonic clock.
        frames: the number of processed frames.
        counts: the number of events of each kind.
        ending: why it ended, if nobody stopped it.
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
@click.option(
    "--session", "wanted", metavar="S", help="Id of an open session, or the id or name of its course."
)
@dry_run_option
@click.option("--no-window", is_flag=True, help="Show no window even if there is a screen.")
@click.option(
    "--smallest-face",
    metavar="PX",
    type=click.IntRange(20, 2000),
    help="Look for faces from PX pixels; smaller faces take longer.  [default: a 15th of the frame]",
)
@click.option(
    "--started-at",
    metavar="TIME",
    type=click.DateTime(STARTS),
    help="When a recording began, HH:MM on the session's day or YYYY-MM-DD HH:MM; sets the times of marks.",
)
@by_option
@pass_admin_context
def watch(
    context: AdminContext,
    source: str,
    *,
    wanted: str | None,
    dry_run: bool,
    no_window: bool,
    smallest_face: int | None,
    started_at: datetime | None,
    by: str,
) -> None:
    """Mark people who pass a camera while a session is open.

    SOURCE is the number of a camera of this computer (0 is the first), the address of a stream (rtsp://,
    http:// and others), or a video file. Press Ctrl-C to stop.
    """
    context.register.uses.need_live_camera()
    session = find_open_session(context, wanted)
    context.load_networks()
    with ExitStack() as stack:
        interrupt = stack.enter_context(GracefulInterrupt(signal.SIGINT, signal.SIGTERM))
        video = stack.enter_context(
            VideoSource.open(source, on_change=lambda news: _print_stream(context, news))
        )
        began_at = recording_began(context, session, video, started_at)
        terms = WatchTerms(
            by=by, device=video.name, dry_run=dry_run, smallest_face=smallest_face, began_at=began_at
        )
        watching = context.register.cameras.watching.start(session, terms)
        if not watching.knows_anybody:
            context.screen.note(
                "No student of this course is enrolled with a face, so nobody can be recognised."
            )
        course = context.register.sessions.course_of(session)
        window = None if no_window or not has_screen() else stack.enter_context(Window(course.name))
        context.screen.note(f"Watching {video.name} for {course.name}. Press Ctrl-C to stop.")
        tally = WatchTally()
        try:
            _run(context, video, watching, window, interrupt=interrupt, tally=tally)
        finally:
            _sum_up(context, watching, tally)


def _run(
    context: AdminContext,
    video: VideoSource,
    watching: Watch,
    window: Window | None,
    *,
    interrupt: GracefulInterrupt,
    tally: WatchTally,
) -> None:
    """Process frames until the session closes, the video ends, or the admin stops it."""
    due, checked, store_down = seconds_to_skip(context, watching), time.monotonic(), False
    while not (interrupt.requested or video.ended or (window is not None and window.closed)):
        frame = _next_frame(video, due)
        try:
            if time.monotonic() - checked >= SESSION_CHECK_SECONDS:
                checked = time.monotonic()
                if not watching.is_open():
                    tally.ending = CLOSED
                    return
            if frame is not None:
                due = next_due(frame.seconds, FRAMES_PER_SECOND)
                _process(context, frame, watching, window, tally)
            elif window is not None:
                window.wait()
        except SessionClosedError:
            tally.ending = CLOSED
            return
        except StoreUnavailableError as error:
            if not store_down:
                context.screen.note(f"{error} People still in view are marked once it responds.")
            store_down = True
            time.sleep(RETRY_SECONDS)
        else:
            store_down = False


def _next_frame(video: VideoSource, due: float) -> Frame | None:
    """The next frame, if one that is due has arrived."""
    frame = video.read(POLL_SECONDS, not_before=due)
    if frame is None or frame.seconds >= due:
        return frame
    time.sleep(due - frame.seconds)  # a live camera delivers more frames than are processed
    return None


def _process(
    context: AdminContext, frame: Frame, watching: Watch, window: Window | None, tally: WatchTally
) -> None:
    """Process one frame: mark, print and show who is on it."""
    sight = watching.look(frame.photo, frame.seconds)
    tally.frames += 1
    for news in sight.news:
        _print_news(context, watching, news, tally)
    if window is not None:
        window.show(frame.photo, sight)


def _print_news(context: AdminContext, watching: Watch, news: WatchNews, tally: WatchTally) -> None:
    """Count an event and print a line about it."""
    tally.counts[news.kind] += 1
    who = f"{news.student.name} ({news.student.roll_number})"
    dry_run = watching.terms.dry_run
    at = news.at.astimezone(context.settings.time_zone).strftime("%H:%M:%S")
    if news.kind is WatchNewsKind.STAYS:
        context.screen.say(f"{at} {who} was seen; {_existing(news.mark)} is unchanged.")
    elif news.kind is WatchNewsKind.KEPT:
        assert news.mark is not None
        context.screen.say(
            f"{at} {who} was seen; {_existing(news.mark)} was set by a person and is unchanged."
        )
    elif news.kind is WatchNewsKind.HELD:
        review = "would need review" if dry_run else "needs review"
        context.screen.say(f"{at} An uncertain match with {who} {review}.")
    elif dry_run:
        context.screen.say(f"{at} {who} would be {status_at(watching.session, news.at)}.")
    else:
        assert news.mark is not None
        context.screen.say(f"{at} {who} is {news.mark.status}.")


def _existing(mark: Mark | None) -> str:
    """The words for a student's existing mark."""
    return "their mark" if mark is None else f"their mark {status_for_cameras(mark)}"


def _print_stream(context: AdminContext, news: StreamNews) -> None:
    """Print that a stream was lost or is back; called from another thread."""
    if news.state is StreamState.LOST:
        context.screen.note(f"The connection to {news.name} was lost. Reconnecting.")
    else:
        context.screen.note(f"{news.name} is connected again.")


def _sum_up(context: AdminContext, watching: Watch, tally: WatchTally) -> None:
    """Send the remaining uncertain matches to review, and print a summary."""
    try:
        for news in watching.end():
            _print_news(context, watching, news, tally)
    finally:
        seconds = time.monotonic() - tally.begun
        if tally.ending:
            context.screen.note(tally.ending)
        counts, dry_run = tally.counts, watching.terms.dry_run
        context.screen.say(
            f"{counted(counts[WatchNewsKind.MARKED], 'student')} {'would be ' if dry_run else ''}marked, "
            f"{counts[WatchNewsKind.STAYS] + counts[WatchNewsKind.KEPT]} already marked, "
            f"{counts[WatchNewsKind.HELD]} {'would be ' if dry_run else ''}sent to review; "
            f"{counted(tally.frames, 'frame')} in {seconds:.0f} s."
        )
        if dry_run:
            context.screen.say("Dry run: nobody was marked.")
