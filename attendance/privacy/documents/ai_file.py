"""The file on the AI system, in the order of Annex IV of the AI act (Regulation (EU) 2024/1689)."""

from __future__ import annotations

from attendance.housekeeping import TRACES_KEPT
from attendance.people.student_history import KEPT
from attendance.privacy.documents.for_the_file import switches
from attendance.privacy.documents.measured import (
    CLASSES,
    ENGINES,
    GROUPS,
    PRINTS_PASSED,
    PRINTS_TRIED,
)
from attendance.privacy.documents.parts import LawDocument, LawSection, TableOfTexts
from attendance.privacy.documents.site_facts import SiteFacts, promises, what_faces_do, who_answers
from attendance.privacy.texts import Text, days, same

_STRANGERS = Text("strangers marked / in review", "Fremde eingetragen / zur Prüfung")
_AT_ONCE = Text("students marked at once", "Lernende sofort eingetragen")


def ai_file(facts: SiteFacts) -> LawDocument:
    """Purpose, data, accuracy, oversight and logging."""
    return LawDocument(
        Text("File on the AI system", "KI-Akte"),
        Text(
            "For provider, deployer and authority (AI act, Annex IV). Searching a class by face can be "
            "high-risk (Annex III, no. 1); comparing with one student only is verification, which is not "
            "listed there. Have it checked.",
            "Für Anbieter, Betreiber und Behörde (KI-Verordnung, Anhang IV). Die Suche nach einem Gesicht "
            "in einer Klasse kann hochriskant sein (Anhang III Nummer 1); der Vergleich mit nur einer "
            "Person ist Verifizierung und steht dort nicht. Bitte prüfen lassen.",
        ),
        (
            who_answers(facts),
            _purpose(facts),
            _data(facts),
            *_accuracy(facts),
            _oversight(facts),
            _logging(facts),
            _rest(),
        ),
    )


def _purpose(facts: SiteFacts) -> LawSection:
    return LawSection(
        Text("1. Purpose", "1. Zweck"),
        says=(
            Text(
                f"face-attendance {facts.version}: records who is in class. It compares faces of students "
                "who agreed, and proposes or writes a mark that a teacher can change.",
                f"face-attendance {facts.version}: hält fest, wer im Unterricht ist. Es vergleicht "
                "Gesichter von Lernenden, die eingewilligt haben, und schlägt einen Eintrag vor oder "
                "schreibt ihn; eine Lehrkraft kann ihn ändern.",
            ),
        ),
        items=(*what_faces_do(facts), *promises(facts)),
        table=switches(facts),
    )


def _data(facts: SiteFacts) -> LawSection:
    in_use = facts.engine or "?"
    return LawSection(
        Text("2. Data and method", "2. Daten und Verfahren"),
        items=(
            Text(
                f"Engine in use: {in_use}. Its network was trained by others on public pictures; origin, "
                "licence and training data are in the file NOTICE.",
                f"Verfahren in Gebrauch: {in_use}. Sein Netz haben andere mit öffentlichen Bildern "
                "trainiert; Herkunft, Lizenz und Trainingsdaten stehen in der Datei NOTICE.",
            ),
            Text(
                "A face becomes numbers; scores are compared with a threshold that follows the size of the "
                "class, so that a stranger is mistaken for anyone with a chance of about "
                f"{100 * facts.settings.fpir:g} %.",
                "Ein Gesicht wird zu Zahlen; Werte werden mit einer Schwelle verglichen, die der Größe der "
                "Klasse folgt, so dass eine fremde Person mit einer Wahrscheinlichkeit von etwa "
                f"{100 * facts.settings.fpir:g} % für jemanden gehalten wird.",
            ),
            Text(
                "Input: a photo taken by a phone, checked for size, structure and quality before it is read.",
                "Eingabe: ein Foto eines Telefons, vor dem Lesen auf Größe, Aufbau und Güte geprüft.",
            ),
        ),
    )


def _accuracy(facts: SiteFacts) -> tuple[LawSection, ...]:
    place = ENGINES.index(facts.engine) if facts.engine in ENGINES else 0
    says = [
        Text(
            f"Measured with {ENGINES[place]}, in % of the check-ins, with 95 % intervals over people in "
            "brackets where they were computed. The people are press photos of public figures, not this "
            "school's students.",
            f"Gemessen mit {ENGINES[place]}, in % der Anmeldungen, in Klammern 95-%-Intervalle über "
            "Personen, wo sie berechnet sind. Die Personen sind Pressefotos öffentlicher Personen, nicht "
            "die Lernenden dieser Schule.",
        ),
        Text(
            f"Of {PRINTS_TRIED} tries with a printed photo instead of a head {PRINTS_PASSED} passed.",
            f"Von {PRINTS_TRIED} Versuchen mit einem gedruckten Foto statt eines Kopfes gelangen "
            f"{PRINTS_PASSED}.",
        ),
    ]
    if facts.engine not in ENGINES:
        says.insert(
            0,
            Text(
                "The engine in use was not measured, or none has been chosen yet; these figures are those of "
                "another one.",
                "Das Verfahren in Gebrauch ist nicht gemessen, oder noch keines gewählt; dies sind die "
                "Zahlen eines anderen.",
            ),
        )
    return (
        LawSection(
            Text("3. Accuracy", "3. Genauigkeit"),
            says=tuple(says),
            table=TableOfTexts(
                (Text("Class of", "Klasse mit"), _STRANGERS, _AT_ONCE),
                tuple(
                    (same(str(each.size)), same(each.strangers[place]), same(each.at_once[place]))
                    for each in CLASSES
                ),
            ),
        ),
        LawSection(
            Text("4. Accuracy by group", "4. Genauigkeit nach Gruppen"),
            says=(
                Text(
                    "Classes of 30 in which some students, and all strangers, are of one group of people who "
                    "resemble each other (East Asian surnames). This school's own rates are on the page "
                    "Error rates.",
                    "Klassen mit 30, in denen ein Teil zu einer Gruppe einander ähnlicher Menschen gehört "
                    "(ostasiatische Nachnamen), wie auch die Fremden. Raten dieser Schule zeigt die Seite "
                    "Error rates.",
                ),
            ),
            table=TableOfTexts(
                (
                    Text("Students of the group", "Anteil der Gruppe"),
                    _STRANGERS + Text("; ", "; ") + _AT_ONCE,
                ),
                tuple((_part(part), same(cells[place])) for part, cells in GROUPS),
            ),
        ),
    )


def _part(part: str) -> Text:
    return Text("all 30", "alle 30") if part == "all 30" else same(part)


def _oversight(facts: SiteFacts) -> LawSection:
    items = [
        Text(
            "Doubtful check-ins, look-alikes and photos without a movement go to the teacher, with picture "
            "and portrait side by side.",
            "Zweifelhafte Anmeldungen, Doppelgänger und Fotos ohne Bewegung gehen an die Lehrkraft, mit "
            "Bild und Porträt nebeneinander.",
        ),
        Text(
            "The teacher has the last word: no camera and no phone changes what a person decided.",
            "Das Wort der Lehrkraft zählt: Was ein Mensch entschieden hat, ändert keine Kamera und kein "
            "Telefon.",
        ),
        Text(
            "Every mark can be undone; students can say “That's not me”.",
            "Jeder Eintrag lässt sich zurücknehmen; Lernende können „Das bin ich nicht“ sagen.",
        ),
        Text(
            "It can be stopped at any time: a session is closed, a switch is set, or everybody checks in "
            "without a face.",
            "Es lässt sich jederzeit anhalten: Eine Stunde wird geschlossen, ein Schalter gesetzt, oder "
            "alle melden sich ohne Gesicht an.",
        ),
    ]
    if facts.uses.two_people:
        items.append(
            Text(
                "Two people confirm a photo of the class before it counts.",
                "Zwei Personen bestätigen ein Foto der Klasse, bevor es zählt.",
            )
        )
    return LawSection(Text("5. Human oversight", "5. Menschliche Aufsicht"), items=tuple(items))


def _logging(facts: SiteFacts) -> LawSection:
    traces, year = days(TRACES_KEPT), days(KEPT)
    form = "JSON" if facts.settings.logs_json else "text"
    return LawSection(
        Text("6. Logging", "6. Protokolle"),
        items=(
            Text(
                "An audit trail of all marks, corrections, reviews, consents, enrolments, logins and "
                "exports, kept permanently; entries can only be added, and a command proves that none is "
                "missing.",
                "Ein Prüfprotokoll aller Einträge, Korrekturen, Prüfungen, Einwilligungen, Aufnahmen, "
                "Anmeldungen und Ausgaben, auf Dauer; es wächst nur, und ein Befehl beweist, dass es "
                "vollständig ist.",
            ),
            Text(
                f"A trace of each photo that named a student, without a picture: {traces.en}.",
                f"Eine Spur jedes Fotos, das jemanden nannte, ohne Bild: {traces.de}.",
            ),
            Text(
                f"Who changed a student's data: {year.en}.",
                f"Wer Daten einer Person geändert hat: {year.de}.",
            ),
            Text(
                f"The server's log ({form}), without addresses and names.",
                f"Das Protokoll des Servers ({form}), ohne Adressen und Namen.",
            ),
        ),
    )


def _rest() -> LawSection:
    return LawSection(
        Text("7. What the provider and the deployer add", "7. Was Anbieter und Betreiber ergänzen"),
        blanks=(
            Text("Provider, and declaration of conformity:", "Anbieter, und Konformitätserklärung:"),
            Text("Standards applied:", "Angewandte Normen:"),
            Text("Risk management:", "Risikomanagement:"),
            Text(
                "Who supervises it at the school, and how they were trained:",
                "Wer es an der Schule beaufsichtigt, und wie geschult:",
            ),
            Text("How problems are tracked while it is in use:", "Wie Probleme im Betrieb verfolgt werden:"),
        ),
    )
