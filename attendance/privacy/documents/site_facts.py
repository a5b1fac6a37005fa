"""What documents state about a site: what faces are used for, who gets data, what nobody does with it."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.privacy.documents.parts import LawSection
from attendance.privacy.texts import Text, same
from attendance.settings.engine_settings import SVM
from attendance.settings.settings import Settings
from attendance.settings.site_uses import SiteUses


@dataclass(frozen=True)
class SiteFacts:
    """A site, as documents see it.

    Attributes:
        settings: those in use.
        engine: the versioned name of the engine in use; empty before one was chosen.
        version: of the program.
        software: the names of API tokens that are valid.
    """

    settings: Settings
    engine: str = ""
    version: str = ""
    software: tuple[str, ...] = ()

    @property
    def uses(self) -> SiteUses:
        """What the site allows."""
        return SiteUses.of(self.settings)


def named(given: str | None, title: Text) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """A sentence with what a setting says, or a line to fill in.

    Args:
        given: the setting; None: a line.
        title: what it is.

    Returns:
        Paragraphs and blanks of a section.
    """
    if given is None:
        return (), (title + same(":"),)
    return (title + same(f": {given}"),), ()


def who_answers(facts: SiteFacts) -> LawSection:
    """Who is responsible for the data, and whom to ask."""
    settings = facts.settings
    said: list[Text] = []
    blanks: list[Text] = []
    for given, title in (
        (settings.controller, Text("Controller", "Verantwortlich")),
        (settings.privacy_contact, Text("Questions about data", "Fragen zum Datenschutz")),
    ):
        says, lines = named(given, title)
        said += says
        blanks += lines
    return LawSection(
        Text("Who is responsible", "Wer verantwortlich ist"), says=tuple(said), blanks=tuple(blanks)
    )


def what_faces_do(facts: SiteFacts) -> tuple[Text, ...]:
    """What faces are used for, with the switches in use."""
    uses = facts.uses
    phone = Text(
        "Check-in by phone: the student's face is compared with the faces of the class, and first with the "
        "student whose phone it is.",
        "Anmeldung mit dem Telefon: Das Gesicht wird mit den Gesichtern der Klasse verglichen, zuerst mit "
        "dem der Person, deren Telefon es ist.",
    )
    if not uses.search:
        phone = Text(
            "Check-in by phone: the student's face is compared with that of one student only, whose phone or "
            "roll number comes with it. Nobody is searched in a class.",
            "Anmeldung mit dem Telefon: Das Gesicht wird nur mit dem einer einzigen Person verglichen, deren "
            "Telefon oder Nummer dazugehört. Niemand wird in einer Klasse gesucht.",
        )
    return phone, _room_photos(uses), _live_camera(uses)


def _room_photos(uses: SiteUses) -> Text:
    if not uses.room_photos:
        return Text(
            "Photos of the class: not taken; they are switched off.",
            "Fotos der Klasse: werden nicht gemacht; sie sind ausgeschaltet.",
        )
    if uses.two_people:
        return Text(
            "Photos of the class: a teacher may take one to see who is there. Two people confirm every name "
            "before it counts.",
            "Fotos der Klasse: Eine Lehrkraft darf eines machen, um zu sehen, wer da ist. Zwei Personen "
            "bestätigen jeden Namen, bevor er zählt.",
        )
    return Text(
        "Photos of the class: a teacher may take one to see who is there, and confirms every name before it "
        "counts.",
        "Fotos der Klasse: Eine Lehrkraft darf eines machen, um zu sehen, wer da ist, und bestätigt jeden "
        "Namen, bevor er zählt.",
    )


def _live_camera(uses: SiteUses) -> Text:
    if not uses.live_camera:
        return Text(
            "Cameras that recognise who passes: not used; they are switched off.",
            "Kameras, die Vorbeigehende erkennen: werden nicht benutzt; sie sind ausgeschaltet.",
        )
    return Text(
        "Cameras that recognise who passes: a teacher may open one for a class. Frames are not stored, apart "
        "from a picture of a face that a person has to decide about.",
        "Kameras, die Vorbeigehende erkennen: Eine Lehrkraft darf eine für eine Stunde öffnen. Bilder werden "
        "nicht gespeichert, außer dem eines Gesichts, über das ein Mensch entscheiden muss.",
    )


def recipients(facts: SiteFacts) -> tuple[Text, ...]:
    """Who receives data outside the program; empty: nobody."""
    settings = facts.settings
    found = []
    if settings.notices and settings.smtp is not None:
        found.append(
            Text(
                "E-mails about absences to guardians or students, through the mail server "
                f"{settings.smtp.host}.",
                f"E-Mails über Fehlzeiten an Sorgeberechtigte oder Lernende, über den Mailserver "
                f"{settings.smtp.host}.",
            )
        )
    if settings.ngrok_authtoken is not None:
        found.append(
            Text(
                "While a teacher or an admin has opened a public address, ngrok (USA) carries pages and "
                "photos between phones and this server.",
                "Solange eine öffentliche Adresse geöffnet ist, überträgt ngrok (USA) Seiten und Fotos "
                "zwischen Telefonen und diesem Server.",
            )
        )
    if settings.mongodb_uri is not None:
        found.append(
            Text(
                "The register is on a database server of the school (MongoDB); faces and addresses are "
                "sealed before they get there.",
                "Das Register liegt auf einem Datenbankserver der Schule (MongoDB); Gesichter und Adressen "
                "werden vorher versiegelt.",
            )
        )
    if settings.backup is not None:
        found.append(
            Text(
                "An encrypted backup is written to another disk every day.",
                "Täglich wird eine verschlüsselte Sicherung auf einen anderen Datenträger geschrieben.",
            )
        )
    if facts.software:
        names = ", ".join(facts.software)
        found.append(
            Text(
                f"Other software of the school with an API token: {names}.",
                f"Andere Programme der Schule mit einem API-Token: {names}.",
            )
        )
    return tuple(found)


def leaves(facts: SiteFacts) -> Text:
    """Whether anything leaves the school's computers."""
    if recipients(facts):
        return Text(
            "No data leaves the computer that the program runs on, except:",
            "Nichts verlässt den Computer, auf dem es läuft, außer diesem:",
        )
    return Text(
        "No data leaves the computer that the program runs on.",
        "Nichts verlässt den Computer, auf dem es läuft.",
    )


def promises(facts: SiteFacts) -> tuple[Text, ...]:
    """What nobody does with the data, as it is now."""
    trained = Text(
        "No network is trained with students' faces.",
        "Kein Netz wird mit den Gesichtern der Lernenden trainiert.",
    )
    if facts.settings.matcher == SVM:
        trained = Text(
            "No network is trained with students' faces; the classifier of this school is computed from "
            "their templates, stays here, and is deleted when one of them is erased.",
            "Kein Netz wird mit den Gesichtern der Lernenden trainiert; der Klassifikator dieser Schule "
            "wird aus ihren Merkmalen berechnet, bleibt hier und wird gelöscht, wenn einer von ihnen "
            "gelöscht wird.",
        )
    return (
        Text(
            "The program infers no emotion, attention, age, gender, health or origin from faces or "
            "movements.",
            "Es schließt aus Gesicht und Bewegung weder auf Gefühle noch auf Aufmerksamkeit, Alter, "
            "Geschlecht, Gesundheit oder Herkunft.",
        ),
        Text(
            "No third party gets or processes data: no cloud, no statistics, no page or script from "
            "elsewhere.",
            "Kein Dritter bekommt oder verarbeitet Daten: keine Cloud, keine Statistik, keine Seite und kein "
            "Skript von anderswo.",
        )
        if facts.settings.ngrok_authtoken is None
        else Text(
            "No third party gets or processes data, except ngrok while a public address is open: no other "
            "cloud, no statistics, no page or script from elsewhere.",
            "Kein Dritter bekommt oder verarbeitet Daten, außer ngrok, solange eine öffentliche Adresse "
            "offen ist: keine andere Cloud, keine Statistik, keine Seite und kein Skript von anderswo.",
        ),
        trained,
        Text(
            "It decides nothing that a person can't see and change: doubtful check-ins go to the teacher, "
            "every mark has its history, and no grade or measure follows from it automatically.",
            "Es entscheidet nichts, was ein Mensch nicht sehen und ändern kann: Zweifelhafte Anmeldungen "
            "gehen an die Lehrkraft, jeder Eintrag hat seine Geschichte, und weder Note noch Maßnahme folgt "
            "von selbst daraus.",
        ),
        Text(
            "There is an equal way to check in without a face: anyone who does not agree types a roll "
            "number, and the teacher confirms it. Reports don't show which way was used.",
            "Es gibt einen gleichwertigen Weg ohne Gesicht: Wer nicht einwilligt, tippt eine Nummer, und die "
            "Lehrkraft bestätigt sie. Berichte unterscheiden beides nicht.",
        ),
        Text(
            "An objection erases the face at once, and nobody has to give a reason.",
            "Ein Widerspruch löscht das Gesicht sofort, und niemand muss ihn begründen.",
        ),
    )
