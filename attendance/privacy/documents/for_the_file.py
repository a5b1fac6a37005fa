"""What a school keeps in its files: the schedule of erasure, and the record of processing."""

from __future__ import annotations

from attendance.privacy.documents.parts import LawDocument, LawSection, TableOfTexts
from attendance.privacy.documents.site_facts import (
    SiteFacts,
    leaves,
    named,
    recipients,
    what_faces_do,
    who_answers,
)
from attendance.privacy.kept_times import kept_faces, kept_files, kept_left
from attendance.privacy.stored import HEADINGS, what_is_stored
from attendance.privacy.texts import Text, same
from attendance.settings.engine_settings import KNOWN, SEARCH
from attendance.settings.use_settings import OFF, ON, TWO_PEOPLE

_AFTER = LawSection(
    Text("What remains after an erasure", "Was nach einer Löschung bleibt"),
    items=(
        Text(
            "Entries of the audit trail without names, which lead to nobody once the student's "
            "key is destroyed.",
            "Einträge des Prüfprotokolls ohne Namen, die niemandem mehr gehören, sobald der "
            "Schlüssel der Person vernichtet ist.",
        ),
        Text(
            "Backups, in which faces and addresses can't be read any more.",
            "Sicherungen, in denen Gesichter und Adressen nicht mehr lesbar sind.",
        ),
        Text(
            "Files that somebody has downloaded or sent; erase them by hand.",
            "Dateien, die jemand heruntergeladen oder verschickt hat; sie sind von Hand zu löschen.",
        ),
    ),
)


def retention_schedule(facts: SiteFacts) -> LawDocument:
    """What is erased when, and by whom."""
    settings = facts.settings
    rows = tuple((kind.what, kind.kept, kind.where) for kind in what_is_stored(settings))
    what, _why, kept, where, _seen_by = HEADINGS
    clock = (
        ("ATTENDANCE_KEEP_FACES", Text("Enrolled faces", "Aufgenommene Gesichter"), kept_faces(settings)),
        ("ATTENDANCE_KEEP_LEFT", Text("Students who left", "Wer gegangen ist"), kept_left(settings)),
        (
            "ATTENDANCE_KEEP_FILES",
            Text("Daily lists and reports", "Tageslisten und Berichte"),
            kept_files(settings),
        ),
    )
    return LawDocument(
        Text("Retention schedule", "Löschkonzept"),
        Text("For the controller.", "Für die verantwortliche Stelle."),
        (
            who_answers(facts),
            LawSection(
                Text("How long data is kept", "Was wie lange bleibt"),
                table=TableOfTexts((what, kept, where), rows),
            ),
            LawSection(
                Text("What is erased automatically", "Was von selbst gelöscht wird"),
                says=(
                    Text(
                        "Once a day the program erases what is due, one to two days late in case the clock "
                        "is wrong. An objection erases the face at once. When a consent ends, the face is "
                        "no longer searched from the next midnight on, and is erased within two days.",
                        "Einmal am Tag löscht das Programm, was fällig ist, ein bis zwei Tage später, falls "
                        "eine Uhr falsch geht. Ein Widerspruch löscht das Gesicht sofort; eine endende "
                        "Einwilligung spätestens zwei Tage danach, und ab der Mitternacht nach ihrem "
                        "letzten Tag sucht niemand mehr nach dem Gesicht.",
                    ),
                ),
                table=TableOfTexts(
                    (Text("Setting", "Einstellung"), what, kept),
                    tuple((same(name), kind, time) for name, kind, time in clock),
                ),
            ),
            _AFTER,
        ),
    )


def processing_record(facts: SiteFacts) -> LawDocument:
    """The record of processing activities (GDPR, Article 30)."""
    rows = tuple(
        (
            kind.what,
            Text("Special category (Article 9)", "Besondere Kategorie (Artikel 9)")
            if kind.is_biometric
            else Text("Ordinary", "Gewöhnlich"),
            kind.why,
            kind.kept,
            kind.where,
            kind.seen_by,
        )
        for kind in what_is_stored(facts.settings)
    )
    what, *others = HEADINGS
    return LawDocument(
        Text("Record of processing: attendance", "Verzeichnis von Verarbeitungstätigkeiten: Anwesenheit"),
        Text(
            "For the controller (GDPR, Article 30). Have it checked.",
            "Für die verantwortliche Stelle (DSGVO, Artikel 30). Bitte prüfen lassen.",
        ),
        (
            who_answers(facts),
            _purposes(facts),
            LawSection(
                Text("Whose data", "Wessen Daten"),
                items=(
                    Text("Students, and their guardians.", "Lernende und ihre Sorgeberechtigten."),
                    Text(
                        "Teachers and admins: name, username, role, logins, and who changed what.",
                        "Lehrkräfte und Admins: Name, Benutzername, Rolle, Anmeldungen und wer was geändert "
                        "hat.",
                    ),
                ),
            ),
            LawSection(
                Text("Which data, and for how long", "Welche Daten, bis wann"),
                table=TableOfTexts((what, Text("Category", "Kategorie"), *others), rows),
            ),
            LawSection(
                Text("Recipients and third countries", "Empfänger und Drittländer"),
                says=(leaves(facts),),
                items=recipients(facts),
            ),
            _security(facts),
            LawSection(Text("Switches in use", "Schalter in Gebrauch"), table=switches(facts)),
        ),
    )


def switches(facts: SiteFacts) -> TableOfTexts:
    """What the site has chosen, of what it could."""
    uses = facts.uses
    photos = TWO_PEOPLE if uses.two_people else ON if uses.room_photos else OFF
    rows = (
        ("ATTENDANCE_ONE_TO_ONE", SEARCH if uses.search else KNOWN, f"{KNOWN}, {SEARCH}"),
        ("ATTENDANCE_ROOM_PHOTOS", photos, f"{OFF}, {TWO_PEOPLE}, {ON}"),
        ("ATTENDANCE_LIVE_CAMERA", ON if uses.live_camera else OFF, f"{OFF}, {ON}"),
    )
    return TableOfTexts(
        (
            Text("Setting", "Einstellung"),
            Text("In use", "In Gebrauch"),
            Text("Choices, the most restrictive first", "Auswahl, das Wenigste zuerst"),
        ),
        tuple((same(name), same(value), same(choices)) for name, value, choices in rows),
    )


def _transport(facts: SiteFacts) -> tuple[Text, ...]:
    if facts.settings.forbids_plain_http:
        return (
            Text(
                "Pages and photos are encrypted on their way; plain http is refused.",
                "Seiten und Fotos sind unterwegs verschlüsselt; unverschlüsseltes http wird abgewiesen.",
            ),
        )
    return (
        Text(
            "Pages and photos are encrypted on their way over https. Plain http is allowed "
            "(ATTENDANCE_PLAIN_HTTP), and others in the network can read it.",
            "Seiten und Fotos sind unterwegs über https verschlüsselt. Unverschlüsseltes http ist erlaubt "
            "(ATTENDANCE_PLAIN_HTTP), und andere im Netz können es mitlesen.",
        ),
    )


def _purposes(facts: SiteFacts) -> LawSection:
    says, blanks = named(
        facts.settings.legal_basis, Text("Legal basis of the register", "Rechtsgrundlage des Registers")
    )
    return LawSection(
        Text("Purposes and legal basis", "Zwecke und Rechtsgrundlage"),
        says=(
            Text(
                "To record who is in class, and to detect check-ins made for somebody else.",
                "Festhalten, wer im Unterricht ist, und Anmeldungen für andere erkennen.",
            ),
            *says,
            Text(
                "Faces: explicit consent (Articles 6 (1) (a) and 9 (2) (a)), recorded for each student.",
                "Gesichter: ausdrückliche Einwilligung (Artikel 6 Absatz 1 Buchstabe a und Artikel 9 "
                "Absatz 2 Buchstabe a), für jede Person vermerkt.",
            ),
        ),
        items=what_faces_do(facts),
        blanks=blanks,
    )


def _security(facts: SiteFacts) -> LawSection:
    return LawSection(
        Text("Security (Article 32)", "Sicherheit (Artikel 32)"),
        items=(
            Text(
                "Faces, addresses and codes are sealed with a key for each student outside the register.",
                "Gesichter, Adressen und Codes sind versiegelt, mit einem Schlüssel je Person "
                "außerhalb des Registers.",
            ),
            Text(
                "Logins with roles, a second factor, and a separate right to enrol; teachers see only "
                "their own courses.",
                "Anmeldung mit Rollen, zweitem Faktor und eigenem Recht für Aufnahmen; Lehrkräfte "
                "sehen ihre Kurse.",
            ),
            Text(
                "A tamper-evident audit trail of all changes, to which entries can only be added.",
                "Ein Prüfprotokoll aller Änderungen, das nur wächst und sich selbst beweist.",
            ),
            *_transport(facts),
        ),
    )
