"""What is stored about students, why, how long, where, and who sees it: one table for pages and documents."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.classroom.jobs.limits import JOB_LIFETIME
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.housekeeping import ADDRESSES_KEPT, TRACES_KEPT
from attendance.people.student_history import KEPT
from attendance.privacy.kept_times import kept_faces, kept_files, kept_left, until_decision
from attendance.privacy.texts import DocumentLanguage, Text, days
from attendance.settings.settings import Settings
from attendance.settings.site_uses import SiteUses

HEADINGS = (
    Text("What", "Was"),
    Text("Why", "Wozu"),
    Text("How long", "Wie lange"),
    Text("Where", "Wo"),
    Text("Who sees it", "Wer es sieht"),
)
_TEACHERS = Text("Teachers of the student's courses", "Lehrkräfte der Kurse")
_ENROLLERS = Text("Those who enrol", "Wer aufnehmen darf")
_ADMINS, _NOBODY = Text("Admins", "Admins"), Text("Nobody", "Niemand")
_ITS_TEACHER = Text("Its teacher", "Die Lehrkraft der Stunde")
_PLAIN, _SEALED = Text("Register", "Register"), Text("Register, sealed", "Register, versiegelt")


@dataclass(frozen=True)
class StoredKind:
    """One kind of data, as a row of the table.

    Attributes:
        what: what it is.
        why: what it is needed for.
        kept: how long, by the settings in use.
        where: in which place, and whether it is sealed there.
        seen_by: who sees it in the program.
        tables: the tables of SQLite, or collections of MongoDB, that have it; none for files.
        is_biometric: whether it is about the face, for which the law asks for more.
    """

    what: Text
    why: Text
    kept: Text
    where: Text
    seen_by: Text
    tables: tuple[str, ...] = ()
    is_biometric: bool = False

    def cells(self, language: DocumentLanguage = DocumentLanguage.ENGLISH) -> tuple[str, ...]:
        """In the order of ``HEADINGS``."""
        row = (self.what, self.why, self.kept, self.where, self.seen_by)
        return tuple(each.in_(language) for each in row)


def what_is_stored(settings: Settings) -> tuple[StoredKind, ...]:
    """The table of a site.

    Args:
        settings: those in use, from which the times and places are.
    """
    return (*_of_faces(settings), *_of_attendance(settings), *_of_checks())


def _of_faces(settings: Settings) -> tuple[StoredKind, ...]:
    kept = kept_faces(settings)
    room = until_decision(JOB_LIFETIME)
    if not SiteUses.of(settings).room_photos:
        room = Text("Not taken: switched off", "Werden nicht gemacht: ausgeschaltet")
    return (
        StoredKind(
            Text("Face templates", "Gesichtsmerkmale (Zahlen, die ein Gesicht beschreiben)"),
            Text("To recognise the student", "Um die Person wiederzuerkennen"),
            kept,
            _SEALED,
            _NOBODY,
            ("templates",),
            is_biometric=True,
        ),
        StoredKind(
            Text("Face crops", "Ausgeschnittene Gesichter"),
            Text("To change the engine without new photos", "Um das Verfahren ohne neue Fotos zu wechseln"),
            kept,
            _SEALED,
            _NOBODY,
            ("crops",),
            is_biometric=True,
        ),
        StoredKind(
            Text("Portrait", "Porträt"),
            Text("To decide check-ins in review", "Um zweifelhafte Anmeldungen zu entscheiden"),
            kept,
            _SEALED,
            Text("Those who enrol; reviewers", "Wer aufnehmen darf oder entscheidet"),
            ("portraits",),
            is_biometric=True,
        ),
        StoredKind(
            Text("Photo of a check-in in review", "Foto einer zweifelhaften Anmeldung"),
            Text("For a person to decide", "Damit ein Mensch entscheidet"),
            until_decision(SNAPSHOT_LIFETIME),
            Text("Data folder, sealed", "Datenordner, versiegelt"),
            _ITS_TEACHER,
            ("reviews",),
            is_biometric=True,
        ),
        StoredKind(
            Text("Classroom photos", "Fotos der Klasse"),
            Text("For a person to confirm who is there", "Damit ein Mensch bestätigt, wer da ist"),
            room,
            Text(
                "Data folder and register, sealed; a video is plain until it is read",
                "Datenordner und Register, versiegelt; ein Video ist offen, bis es gelesen ist",
            ),
            _ITS_TEACHER,
            ("photo_jobs",),
            is_biometric=True,
        ),
    )


def _of_attendance(settings: Settings) -> tuple[StoredKind, ...]:
    left = kept_left(settings)
    to_keep = Text("To keep the register", "Um die Anwesenheit zu führen")
    return (
        StoredKind(
            Text("Name, roll number, department, year", "Name, Nummer, Abteilung, Jahrgang"),
            to_keep,
            left,
            _PLAIN,
            _TEACHERS,
            ("students", "courses"),
        ),
        StoredKind(
            Text(
                "E-mail, phone, guardian's name and e-mail",
                "E-Mail, Telefon, Name und E-Mail der Sorgeberechtigten",
            ),
            Text("To send notices", "Um zu benachrichtigen"),
            left,
            _SEALED,
            _ENROLLERS,
            ("students",),
        ),
        StoredKind(
            Text("Consents and objections", "Einwilligungen und Widersprüche"),
            Text("To prove them", "Um sie nachzuweisen"),
            left,
            _PLAIN,
            _ENROLLERS,
            ("students",),
        ),
        StoredKind(
            Text("Marks, each with its history", "Einträge der Anwesenheit, jeder mit seiner Geschichte"),
            to_keep,
            left,
            _PLAIN,
            _TEACHERS,
            ("marks", "sessions"),
        ),
        StoredKind(
            Text("E-mails about attendance", "E-Mails zur Anwesenheit"),
            Text("To send none twice", "Um keine doppelt zu senden"),
            left,
            _SEALED,
            Text("Admins and teachers", "Admins und Lehrkräfte"),
            ("notices",),
        ),
        StoredKind(
            Text("Daily lists and reports of sessions", "Tageslisten und Berichte der Stunden"),
            Text("For people and spreadsheets", "Für Menschen und Tabellenprogramme"),
            kept_files(settings),
            Text("Files, plain on purpose", "Dateien, absichtlich offen"),
            Text("Who may read the folders", "Wer die Ordner lesen darf"),
        ),
    )


def _of_checks() -> tuple[StoredKind, ...]:
    traces, addresses, year = days(TRACES_KEPT), days(ADDRESSES_KEPT), days(KEPT)
    return (
        StoredKind(
            Text("Traces of check-ins, without a picture", "Spuren der Anmeldungen, ohne Bild"),
            Text("To find copies and shared phones", "Um Kopien und geteilte Telefone zu finden"),
            Text(
                f"{traces.en}; the hash of the address {addresses.en}",
                f"{traces.de}; der Hash der Adresse {addresses.de}",
            ),
            Text("Register, the picture's hash sealed", "Register, der Hash des Bildes versiegelt"),
            _NOBODY,
            ("traces", "answers"),
        ),
        StoredKind(
            Text("Alarms", "Hinweise auf Auffälliges"),
            Text("To look at what is odd", "Um Auffälliges anzusehen"),
            year,
            _PLAIN,
            Text("The session's teacher", "Die Lehrkraft der Stunde"),
            ("alarms",),
        ),
        StoredKind(
            Text("Who changed the student's data", "Wer die Daten geändert hat"),
            Text("To answer for it", "Um es zu verantworten"),
            year,
            _PLAIN,
            _ADMINS,
            ("student_changes",),
        ),
        StoredKind(
            Text("Audit trail, without names", "Prüfprotokoll, ohne Namen"),
            Text("To prove the register", "Um das Register nachzuweisen"),
            Text(
                "For good; of an erased student it is nobody's",
                "Auf Dauer; nach einer Löschung gehört es niemandem mehr",
            ),
            _PLAIN,
            _ADMINS,
            ("audit",),
        ),
    )
