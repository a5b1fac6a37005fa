"""The parts of what a student is handed out, and the tables that each is complete for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from attendance.privacy.about_student import AboutStudent, Facts


@dataclass(frozen=True)
class AboutPart:
    """The records of one kind.

    Attributes:
        key: names the part's files.
        title: its heading.
        says: what it is, for the student to read.
        tables: the tables of SQLite, or collections of MongoDB, that it is complete for.
        records: reads them.
    """

    key: str
    title: str
    says: str
    tables: tuple[str, ...]
    records: Callable[[AboutStudent], Iterable[Facts]]


PARTS = (
    AboutPart(
        "details",
        "Details and consent",
        "Name, roll number, addresses, and the recorded consents and objections.",
        ("students",),
        AboutStudent.details,
    ),
    AboutPart("courses", "Courses", "The courses whose roster has you.", ("courses",), AboutStudent.courses),
    AboutPart(
        "marks",
        "Attendance",
        "Your mark in each class session, with everything that was changed about it, and by whom.",
        ("marks",),
        AboutStudent.marks,
    ),
    AboutPart(
        "sessions",
        "Seen or called out",
        "Class sessions in which a photo of the room showed you, or your name was called out.",
        ("sessions",),
        AboutStudent.sessions,
    ),
    AboutPart(
        "templates",
        "Face templates",
        "The numbers that describe your face, by which you are recognised.",
        ("templates",),
        AboutStudent.templates,
    ),
    AboutPart(
        "faces",
        "Stored faces",
        "Your face, cut out of enrolled photos, and your portrait; the pictures are in the folder pictures.",
        ("crops", "portraits"),
        AboutStudent.faces,
    ),
    AboutPart(
        "reviews",
        "Check-ins that a teacher decides",
        "Check-ins that were, or may have been, yours, and what was decided.",
        ("reviews",),
        AboutStudent.reviews,
    ),
    AboutPart(
        "room_photos",
        "Classroom photos",
        "Where the program saw you in photos of a class, until they are deleted. The photos show others, "
        "too, and are therefore not included.",
        ("photo_jobs",),
        AboutStudent.room_photos,
    ),
    AboutPart(
        "notices",
        "E-mails",
        "E-mails about your attendance to you or a guardian.",
        ("notices",),
        AboutStudent.notices,
    ),
    AboutPart(
        "traces",
        "Traces of check-ins",
        "What is stored of your photos without a picture, to find copies and shared phones.",
        ("traces",),
        AboutStudent.traces,
    ),
    AboutPart(
        "alarms",
        "What was odd",
        "What the program found odd about check-ins that concern you. None of it is a proof.",
        ("alarms",),
        AboutStudent.alarms,
    ),
    AboutPart(
        "answers",
        "Kept responses",
        "Responses to your phone or about you, kept for a repeated request.",
        ("answers",),
        AboutStudent.answers,
    ),
    AboutPart(
        "changes",
        "Changes of your data",
        "Who changed your details, consent, photos and rosters.",
        ("student_changes",),
        AboutStudent.changes,
    ),
    AboutPart(
        "trail",
        "Audit trail",
        "The entries of the audit trail about you. Names are not in it; after an erasure they are nobody's.",
        ("audit",),
        AboutStudent.trail,
    ),
)
