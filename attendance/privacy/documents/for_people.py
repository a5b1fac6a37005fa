"""What students and guardians read: the notice, the form of consent, and the promises."""

from __future__ import annotations

from attendance.privacy.documents.parts import LawDocument, LawSection, TableOfTexts
from attendance.privacy.documents.site_facts import (
    SiteFacts,
    leaves,
    promises,
    recipients,
    what_faces_do,
    who_answers,
)
from attendance.privacy.stored import HEADINGS, what_is_stored
from attendance.privacy.texts import Text

_SIGNED = (
    Text("Name of the student:", "Name der Schülerin oder des Schülers:"),
    Text("Place and day:", "Ort und Tag:"),
    Text("Signature:", "Unterschrift:"),
)
_GUARDIAN = Text("Name of the guardian:", "Name der sorgeberechtigten Person:")
_UNTIL = Text("Valid until (empty: until I object):", "Gültig bis (leer: bis ich widerspreche):")
_FREE = Text(
    "Consent is voluntary. Anyone who says no, now or later, checks in with a roll number instead and has "
    "no disadvantage.",
    "Ein Ja ist freiwillig. Wer Nein sagt, oder heute Ja und morgen Nein, meldet sich stattdessen mit einer "
    "Nummer an und hat keinen Nachteil.",
)


def notice(facts: SiteFacts) -> LawDocument:
    """What students and guardians are told before they are asked (GDPR, Articles 13 and 14)."""
    rows = tuple((kind.what, kind.why, kind.kept, kind.seen_by) for kind in what_is_stored(facts.settings))
    what, why, kept, _where, seen_by = HEADINGS
    return LawDocument(
        Text(
            "Attendance with your face: what happens to your data",
            "Anwesenheit mit dem Gesicht: was mit euren Daten geschieht",
        ),
        Text("For students and guardians.", "Für Lernende und Sorgeberechtigte."),
        (
            who_answers(facts),
            LawSection(
                Text("Purpose and legal basis", "Wozu es dient"),
                says=(
                    Text(
                        "The school records who is in class. A student who has agreed can check in by "
                        "looking at a phone's camera.",
                        "Die Schule hält fest, wer im Unterricht ist. Wer eingewilligt hat, kann sich mit "
                        "einem Blick in die Kamera eines Telefons anmelden.",
                    ),
                    _legal_basis(facts),
                    Text(
                        "Faces are used only with consent (GDPR, Articles 6 (1) (a) and 9 (2) (a)).",
                        "Gesichter werden nur mit Einwilligung verwendet (DSGVO, Artikel 6 Absatz 1 "
                        "Buchstabe a und Artikel 9 Absatz 2 Buchstabe a).",
                    ),
                    _FREE,
                ),
            ),
            LawSection(
                Text("What faces are used for", "Wofür Gesichter verwendet werden"),
                items=what_faces_do(facts),
            ),
            LawSection(
                Text("What is stored, and for how long", "Was gespeichert wird, und wie lange"),
                table=TableOfTexts((what, why, kept, seen_by), rows),
            ),
            _who_gets_it(facts),
            LawSection(Text("What is never done with your data", "Was niemand tut"), items=promises(facts)),
            _rights(),
        ),
    )


def consent_form(facts: SiteFacts) -> LawDocument:
    """Consent of a guardian, of a student, and the objection of either, to print and sign."""
    return LawDocument(
        Text("Consent to check-ins by face", "Einwilligung in die Anwesenheit mit dem Gesicht"),
        Text(
            "Sign one of three pages: consent of a guardian, consent of a student, or an objection. Read the "
            "notice first.",
            "Drei Seiten, von denen eine unterschrieben wird: für Sorgeberechtigte, für Lernende und für den "
            "Widerspruch. Bitte zuerst die Information lesen.",
        ),
        (
            who_answers(facts),
            _consent_of(
                facts,
                Text("Consent of a guardian", "Einwilligung einer sorgeberechtigten Person"),
                Text(
                    "I agree that my child may check in by face, as follows:",
                    "Ich bin damit einverstanden, dass mein Kind sich mit dem Gesicht anmeldet, und zwar so:",
                ),
                (_GUARDIAN, *_SIGNED, _UNTIL),
            ),
            _consent_of(
                facts,
                Text("Consent of a student", "Einwilligung einer Schülerin oder eines Schülers"),
                Text(
                    "I agree to check in by face, as follows:",
                    "Ich bin damit einverstanden, dass ich mich mit dem Gesicht anmelde, und zwar so:",
                ),
                (*_SIGNED, _UNTIL),
            ),
            LawSection(
                Text("Objection", "Widerspruch"),
                says=(
                    Text(
                        "I object to the use of the student's face. I don't have to give a reason. The "
                        "school erases the face at once: templates, face crops, portrait, and photos that "
                        "may show the student. Name and attendance stay, and the student checks in with a "
                        "roll number.",
                        "Ich widerspreche der Verwendung des Gesichts. Ich muss nicht sagen, warum. Die "
                        "Schule löscht das Gesicht sofort: Merkmale, ausgeschnittene Gesichter, Porträt und "
                        "Fotos, auf denen die Person sein kann. Name und Anwesenheit bleiben, und die "
                        "Anmeldung geht mit einer Nummer.",
                    ),
                ),
                boxes=(
                    Text("I am the student.", "Ich bin die Schülerin oder der Schüler."),
                    Text("I am a guardian.", "Ich bin sorgeberechtigt."),
                ),
                blanks=(_GUARDIAN, *_SIGNED),
                new_page=True,
            ),
        ),
    )


def promises_page(facts: SiteFacts) -> LawDocument:
    """What nobody does with the data, for a wall or a website."""
    return LawDocument(
        Text("What we promise", "Was wir versprechen"),
        Text(
            "For everybody. Each sentence follows from the settings in use.",
            "Für alle. Jeder Satz folgt aus den Einstellungen.",
        ),
        (
            who_answers(facts),
            LawSection(Text("Promised", "Versprochen"), items=promises(facts)),
            LawSection(
                Text("Where data goes", "Wohin Daten gehen"), says=(leaves(facts),), items=recipients(facts)
            ),
            LawSection(
                Text("What faces are used for", "Wofür Gesichter verwendet werden"),
                items=what_faces_do(facts),
            ),
        ),
    )


def _consent_of(facts: SiteFacts, title: Text, says: Text, blanks: tuple[Text, ...]) -> LawSection:
    kinds = [kind for kind in what_is_stored(facts.settings) if kind.is_biometric]
    rows = tuple((kind.what, kind.why, kind.kept) for kind in kinds)
    return LawSection(
        title,
        says=(says, *what_faces_do(facts), _FREE),
        table=TableOfTexts(HEADINGS[:3], rows),
        boxes=(
            Text("I have read the notice.", "Ich habe die Information gelesen."),
            Text("I agree.", "Ich willige ein."),
            Text("I don't agree.", "Ich willige nicht ein."),
        ),
        blanks=blanks,
        new_page=True,
    )


def _legal_basis(facts: SiteFacts) -> Text:
    given = facts.settings.legal_basis
    if given is None:
        return Text(
            "Legal basis of the attendance register itself: ______________________",
            "Die Anwesenheit selbst wird geführt aufgrund von: ______________________",
        )
    return Text(
        f"Legal basis of the attendance register itself: {given}.",
        f"Die Anwesenheit selbst wird geführt aufgrund von: {given}.",
    )


def _who_gets_it(facts: SiteFacts) -> LawSection:
    return LawSection(
        Text("Who receives data", "Wer etwas bekommt"), says=(leaves(facts),), items=recipients(facts)
    )


def _rights() -> LawSection:
    return LawSection(
        Text("Your rights", "Eure Rechte"),
        items=(
            Text(
                "To object at any time, without giving a reason; an objection of the student or of one "
                "guardian is enough.",
                "Jederzeit ohne Begründung widersprechen; es genügt, dass die Schülerin, der Schüler oder "
                "eine sorgeberechtigte Person es tut.",
            ),
            Text(
                "To get everything that is stored about you, as a file for people and for programs.",
                "Alles bekommen, was gespeichert ist, als Datei zum Lesen und für Programme.",
            ),
            Text("To have wrong data corrected.", "Falsches berichtigen lassen."),
            Text(
                "To have data erased, with a certificate.", "Daten löschen lassen, mit einer Bescheinigung."
            ),
            Text(
                "To have a person decide, and to contest an entry.",
                "Einen Menschen entscheiden lassen und einen Eintrag anfechten.",
            ),
            Text(
                "To complain to the data protection authority.",
                "Sich bei der Datenschutzaufsicht beschweren.",
            ),
        ),
    )
