"""What the preview of a list calls its columns and ways of writing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from attendance.lists.encodings import LABELS
from attendance.lists.headings import EMAIL, FIRST_NAME, KINDS, LAST_FIRST, LAST_NAME, NAME, ROLL_NO
from attendance.people.new_student import label_of

_KINDS = {
    ROLL_NO: _("Roll number"),
    NAME: _("Name"),
    FIRST_NAME: _("First name"),
    LAST_NAME: _("Last name"),
    LAST_FIRST: _("Last name, first name"),
    EMAIL: _("Email"),
    "phone": _("Phone"),
    "department": _("Department"),
    "year": _("Year"),
    "guardian_email": _("Guardian's email"),
    "image_id": _("Picture number"),
}
_WRITINGS = {
    "cp1252": _("Western European (Windows)"),
    "mac_roman": _("Western European (Mac)"),
    "cp1254": _("Turkish"),
    "cp1250": _("Central European"),
    "cp1257": _("Baltic"),
    "cp1251": _("Cyrillic"),
    "cp1253": _("Greek"),
    "cp1255": _("Hebrew"),
    "cp1256": _("Arabic"),
    "cp932": _("Japanese"),
    "cp949": _("Korean"),
    "gb18030": _("Chinese (simplified)"),
    "big5": _("Chinese (traditional)"),
    "cp874": _("Thai"),
    "cp850": _("Western European (DOS)"),
}


def kind_label(kind: str) -> str:
    """What a column is, in words."""
    return str(_KINDS.get(kind, label_of(kind).capitalize()))


def kind_labels() -> list[tuple[str, str]]:
    """What a column can be, each with its words."""
    return [(kind, kind_label(kind)) for kind in KINDS]


def writings() -> list[tuple[str, str]]:
    """How the letters of a text can be stored, each in words."""
    return [(name, str(_WRITINGS.get(name, label))) for name, label in LABELS.items()]
