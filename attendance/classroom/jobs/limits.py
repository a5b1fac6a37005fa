"""Limits of classroom photos, each with its reason."""

from __future__ import annotations

from datetime import timedelta

from attendance.files.snapshots import SNAPSHOT_LIFETIME
from face_detection.classroom_photo import MOST_BYTES

MOST_PHOTOS = 12
"""Of one job: a lecture hall from three places with four photos each, and a minute of reading at most."""

MOST_PHOTO_BYTES = MOST_BYTES
"""Of one photo: the limit of the classroom reader, like its limit on pixels."""

MOST_VIDEO_BYTES = 300_000_000
"""Of one video: three minutes of full HD as phones record it, at 13 Mbit/s."""

MOST_VIDEO_SECONDS = 180.0
"""Of one video: long enough to walk through a hall."""

MOST_IN_LINE = 10
"""Jobs that wait or are read: a wait of about ten minutes at most, and no full disk."""

LONGEST_PICTURE = 2048
"""Pixels of the longer side of a picture that is shown: a face of 32 px in 12 megapixels still has 16."""

MOST_CRASHES = 3
"""How often reading a job may end in a crash before it is given up: it may well be what crashes."""

JOB_LIFETIME = SNAPSHOT_LIFETIME
"""How long a job is stored, whatever its result."""

UNSENT_LIFETIME = timedelta(days=1)
"""How long a file lies in the inbox of which no job was made."""

DRAFT_LIFETIME = timedelta(hours=1)
"""How long remains of a job that a crash interrupted are stored."""

LONGEST_NAME = 120
"""Characters that are stored of a phone's name for a file."""
