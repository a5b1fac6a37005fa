"""The form of a student's details."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext as ngettext
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from attendance.people.new_student import LONGEST_CELL, STUDENT_FIELDS, NewStudent
from attendance.values import Student
from attendance.values.email_address import is_email_address
from attendance.values.roll_numbers import LONGEST_ROLL_NUMBER, clean_text
from client.web.forms import Form


def _at_most(letters: int) -> str:
    text: str = ngettext("Use at most %(num)d character.", "Use at most %(num)d characters.", letters)
    return text


_TEXT = Length(max=LONGEST_CELL, message=_at_most(LONGEST_CELL))


def optional_address(_form: Form, field: Field) -> None:
    """Reject anything but an e-mail address, an empty field, or what is stored already."""
    text = clean_text(field.data or "")
    if text and text != field.object_data and not is_email_address(text):
        raise ValidationError(_("Enter one address, such as someone@example.org, or leave the field empty."))


class StudentForm(Form):
    """What the register knows of a student."""

    roll_number = StringField(
        _("Roll number"),
        [
            InputRequired(_("Enter a roll number.")),
            Length(
                max=LONGEST_ROLL_NUMBER,
                message=_at_most(LONGEST_ROLL_NUMBER),
            ),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    name = StringField(
        _("Name"), [InputRequired(_("Enter a name.")), _TEXT], render_kw={"autocomplete": "off"}
    )
    email = StringField(
        _("Email"), [_TEXT, optional_address], render_kw={"type": "text", "inputmode": "email"}
    )
    phone = StringField(_("Phone"), [_TEXT], render_kw={"inputmode": "tel"})
    department = StringField(_("Department"), [_TEXT])
    year = StringField(_("Year"), [_TEXT])
    guardian_email = StringField(
        _("Guardian's email"),
        [_TEXT, optional_address],
        render_kw={"type": "text", "inputmode": "email", "autocomplete": "off"},
    )
    image_id = StringField(
        _("Picture number"), [_TEXT], render_kw={"autocomplete": "off", "spellcheck": "false"}
    )

    def person(self) -> NewStudent:
        """What was typed, as the register takes it."""
        typed = {field: self[field].data for field in STUDENT_FIELDS}
        return NewStudent(**typed | {"roll_number": typed["roll_number"] or ""})


class AddStudentForm(StudentForm):
    """A new student, and the course whose roster they go on."""

    course = SelectField(_("Course"), choices=[], validate_choice=False)


class EditStudentForm(StudentForm):
    """A student who is in the register."""

    active = BooleanField(_("Can check in"))

    @classmethod
    def of(cls, student: Student) -> EditStudentForm:
        """The form as it is sent, or as the register has the student."""
        return cls(obj=student)
