"""What is taken of a room at once, each number with its reason."""

from __future__ import annotations

from datetime import timedelta

from attendance.files.snapshots import SNAPSHOT_LIFETIME
from face_detection.classroom_photo import MOST_BYTES

MOST_PHOTOS = 12
"""Of one job: a lecture hall from three places with four photos each, and a minute of reading at most."""

MOST_PHOTO_BYTES = MOST_BYTES
"""Of one photo: what the reader of rooms takes. Its limit on pixels is the reader's too."""

MOST_VIDEO_BYTES = 300_000_000
"""Of one video: three minutes of full HD as phones record it, at 13 Mbit/s."""

MOST_VIDEO_SECONDS = 180.0
"""Of one video: long enough to walk through a hall."""

MOST_IN_LINE = 10
"""Jobs that wait or are read: so that nobody waits for more than about ten minutes, and no disk fills up."""

LONGEST_PICTURE = 2048
"""Pixels of the longer side of a picture that is shown: a face of 32 px in 12 megapixels still has 16."""

MOST_CRASHES = 3
"""How often reading a job may end in a crash before it is given up: it may well be what crashes."""

JOB_LIFETIME = SNAPSHOT_LIFETIME
"""How long anything of a job is kept, whatever became of it."""

UNSENT_LIFETIME = timedelta(days=1)
"""How long a file lies in the inbox of which no job was made."""

DRAFT_LIFETIME = timedelta(hours=1)
"""How long a job lies about that a crash kept from being taken."""

LONGEST_NAME = 120
"""Characters that are kept of what a phone called a file."""
