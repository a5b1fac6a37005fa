"""What the name of a student's folder says about the student."""

from __future__ import annotations

from attendance.values.roll_numbers import clean_text


def split_name(folder_name: str) -> tuple[str | None, str | None]:
    """Roll number and name of a student, out of the name of their folder.

    The roll number reaches from the start to the first part with a digit in it, parts being joined by
    ``_``, and over further parts that begin with one: ``17_Grace Hopper``, ``CS_2026_017_Grace_Hopper``.
    Without any digit it is a name.
    """
    text = clean_text(folder_name)
    parts = text.split("_")
    first = next((i for i, part in enumerate(parts) if any(map(str.isdigit, part))), None)
    if first is None:
        return None, clean_text(text.replace("_", " ")) or text
    end = first + 1
    while end < len(parts) and parts[end][:1].isdigit():
        end += 1
    return "_".join(parts[:end]), clean_text(" ".join(parts[end:])) or None


def name_of_folder(folder_name: str) -> str:
    """The name that a folder is named by."""
    return clean_text(folder_name.replace("_", " ")) or clean_text(folder_name)
