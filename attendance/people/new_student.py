"""The details of a student to enrol: checked, and merged with those in the register."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace

from attendance.errors import RollNumberError
from attendance.values import Student
from attendance.values.email_address import is_email_address
from attendance.values.roll_numbers import clean_roll_number, clean_text, is_printable

LONGEST_CELL = 200  # characters of a name, an address or a department
ADDRESSES = ("email", "guardian_email")  # which forms, the API and imports check alike
_SPOKEN = {"guardian_email": "guardian's email", "image_id": "picture number"}


@dataclass(frozen=True)
class NewStudent:
    """A person to enrol; None leaves a field unset."""

    roll_number: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    department: str | None = None
    year: str | None = None
    guardian_email: str | None = None
    image_id: str | None = None


STUDENT_FIELDS = tuple(field.name for field in fields(NewStudent))  # each is a field of ``Student``, too


def label_of(field: str) -> str:
    """What messages call a field of a student: ``guardian's email``."""
    return _SPOKEN.get(field, field.replace("_", " "))


def details_of(student: Student) -> dict[str, str | None]:
    """The fields of a student that a person can be enrolled with, by their names."""
    return {field: getattr(student, field) for field in STUDENT_FIELDS}


def cleaned(person: NewStudent, known: Student | None = None) -> NewStudent:
    """The same with composed letters and single spaces, empty fields as None.

    Args:
        person: the new details.
        known: the student in the register, if there is one. An address that stays as it is may be invalid,
            since older versions did not check all of them.

    Raises:
        RollNumberError: the roll number or an address is not valid, or a field is too long or contains
            characters that can't be seen.
    """
    roll_number = clean_roll_number(person.roll_number)
    texts: dict[str, str | None] = {}
    for field, value in asdict(person).items():
        text = clean_text(value) if value is not None else ""
        if len(text) > LONGEST_CELL:
            raise RollNumberError(
                f"The {label_of(field)} of {roll_number} has {len(text)} characters; at most "
                f"{LONGEST_CELL} are kept."
            )
        if not is_printable(text):
            raise RollNumberError(
                f"The {label_of(field)} of {roll_number} contains a character that can't be seen."
            )
        texts[field] = text or None
    del texts["roll_number"]
    for field in ADDRESSES:
        address = texts[field]
        if address is None or (known is not None and address == getattr(known, field)):
            continue
        if not is_email_address(address):
            raise RollNumberError(
                f"The {label_of(field)} of {roll_number}, {address!r}, is not a valid address. Use the "
                "form someone@example.org, or leave it empty."
            )
    return NewStudent(roll_number, **texts)


def merged(existing: Student | None, person: NewStudent, *, new_id: str) -> Student:
    """The student as they will be in the register.

    Args:
        existing: as they are in the register, or None.
        person: the new details, cleaned; None keeps the existing value, and the roll number stays as the
            register writes it.
        new_id: the id of a new student.
    """
    base = existing or Student(id=new_id, roll_number=person.roll_number, name=person.roll_number)
    given = {field: value for field, value in asdict(person).items() if value is not None}
    given["roll_number"] = base.roll_number
    return replace(base, **given)
