"""The template for an impact assessment, which a school completes (GDPR, Article 35)."""

from __future__ import annotations

from attendance.privacy.documents.for_the_file import switches
from attendance.privacy.documents.parts import LawDocument, LawSection, TableOfTexts
from attendance.privacy.documents.site_facts import SiteFacts, leaves, recipients, what_faces_do, who_answers
from attendance.privacy.kept_times import kept_faces
from attendance.privacy.texts import Text, same

_RISKS: tuple[tuple[Text, Text], ...] = (
    (
        Text("Somebody is marked as somebody else", "Jemand wird als jemand anderes eingetragen"),
        Text(
            "Thresholds for the size of the class; doubtful check-ins go to a person; every mark can be "
            "changed and has its history. The figures are in the AI file.",
            "Schwellen nach Größe der Klasse; Zweifelhaftes geht an einen Menschen; jeder Eintrag ist "
            "änderbar und hat seine Geschichte. Die Zahlen stehen in der KI-Akte.",
        ),
    ),
    (
        Text("It works worse for some groups", "Es arbeitet für manche Gruppen schlechter"),
        Text(
            "Error rates are measured by group; the school can measure its own on the page Error rates; "
            "anyone who is often not recognised checks in without a face.",
            "Fehlerraten sind nach Gruppen gemessen; die Schule kann ihre eigenen auf der Seite Error rates "
            "messen; wer schlecht erkannt wird, meldet sich ohne Gesicht an.",
        ),
    ),
    (
        Text("Consent isn't freely given", "Die Einwilligung ist nicht frei"),
        Text(
            "An equal way without a face, which reports don't show; consent of student and guardian with an "
            "end; objection of either at any time, without a reason.",
            "Ein gleichwertiger Weg ohne Gesicht, den Berichte nicht unterscheiden; Einwilligung von "
            "Lernenden und Sorgeberechtigten mit Ende; Widerspruch jederzeit, ohne Begründung.",
        ),
    ),
    (
        Text("Faces are stolen", "Gesichter werden gestohlen"),
        Text(
            "No photos, but sealed templates; keys outside the register; erasing destroys the key, so that "
            "old backups show nothing.",
            "Keine Fotos, sondern versiegelte Merkmale; Schlüssel außerhalb des Registers; Löschen "
            "vernichtet den Schlüssel, so dass alte Sicherungen nichts zeigen.",
        ),
    ),
    (
        Text("It is used for something else", "Es wird für anderes benutzt"),
        Text(
            "Switches for classroom photos and cameras; teachers see their own courses; a trail of all "
            "changes and exports; no emotion or attention is inferred.",
            "Schalter für Fotos der Klasse und Kameras; Lehrkräfte sehen ihre Kurse; ein Protokoll aller "
            "Änderungen und Ausgaben; auf Gefühle oder Aufmerksamkeit wird nicht geschlossen.",
        ),
    ),
    (
        Text("Data is kept too long", "Daten bleiben zu lange"),
        Text("The retention clock, and the retention schedule.", "Die Löschuhr und das Löschkonzept."),
    ),
)


_DECISION = LawSection(
    Text("4. Views and decision", "4. Stellungnahmen und Entscheidung"),
    blanks=(
        Text("Students and guardians:", "Lernende und Sorgeberechtigte:"),
        Text("Data protection officer:", "Datenschutzbeauftragte:"),
        Text("Decision, and by whom:", "Entscheidung, und von wem:"),
        Text("Next review:", "Wieder zu prüfen am:"),
    ),
)


def impact_assessment(facts: SiteFacts) -> LawDocument:
    """A template: what the program knows is filled in, what the school has to judge is a line."""
    kept = kept_faces(facts.settings)
    return LawDocument(
        Text("Data protection impact assessment (template)", "Datenschutz-Folgenabschätzung (Vorlage)"),
        Text(
            "For the controller (GDPR, Article 35): fill in the lines with your own assessment.",
            "Für die verantwortliche Stelle (DSGVO, Artikel 35): Die Linien füllen Sie nach eigenem Urteil "
            "aus.",
        ),
        (
            who_answers(facts),
            LawSection(
                Text("1. What is done", "1. Was geschieht"),
                says=(
                    Text(
                        "Attendance is recorded; with consent, faces are compared, which are biometric data "
                        "of children and young people.",
                        "Anwesenheit wird festgehalten; mit Einwilligung werden Gesichter verglichen, also "
                        "biometrische Daten von Kindern und Jugendlichen.",
                    ),
                    leaves(facts),
                ),
                items=(*what_faces_do(facts), *recipients(facts)),
                table=switches(facts),
            ),
            LawSection(
                Text("2. Is it necessary and proportionate?", "2. Ist es nötig, und ist es angemessen?"),
                says=(
                    Text(
                        f"Enrolled faces: {kept.en[:1].lower()}{kept.en[1:]}.",
                        f"Aufgenommene Gesichter: {kept.de[:1].lower()}{kept.de[1:]}.",
                    ),
                ),
                blanks=(
                    Text("Why a list on paper is not enough:", "Warum eine Liste auf Papier nicht genügt:"),
                    Text(
                        "Why faces, and not codes or cards:", "Warum Gesichter, und nicht Codes oder Karten:"
                    ),
                    Text("Why these switches:", "Warum diese Schalter:"),
                ),
            ),
            LawSection(
                Text("3. Risks and measures", "3. Risiken, und was dagegen getan wird"),
                table=TableOfTexts(
                    (
                        Text("Risk", "Risiko"),
                        Text("Measures", "Maßnahmen"),
                        Text("Residual risk (low, medium, high)", "Was bleibt (gering, mittel, hoch)"),
                    ),
                    tuple((risk, measure, same("\u00a0")) for risk, measure in _RISKS),
                ),
            ),
            _DECISION,
        ),
    )
