"""The students of a list, with what was understood and what a person has chosen."""

from __future__ import annotations

from dataclasses import replace

from attendance.errors import StudentListError
from attendance.lists.headings import KINDS, ROLL_NO, is_left_out
from attendance.lists.layout import Layout, layout_of
from attendance.lists.list_lines import LONGEST_SHOWN, ListLines
from attendance.lists.table import ListFile, Table
from attendance.lists.values import AS_UNDERSTOOD, ListChoices, ListColumn, StudentList
from attendance.values.roll_numbers import clean_text

SHOWN_CELLS = 3  # of each column, as a sample


def students_of(file: ListFile, choices: ListChoices = AS_UNDERSTOOD) -> StudentList:
    """The students of a file.

    Args:
        file: as it was read.
        choices: what a person has chosen instead of what was understood.

    Raises:
        StudentListError: there is nothing in it, or a choice isn't possible.
    """
    table, notes = _table(file, choices)
    layout = _chosen(table, layout_of(table), choices)
    reading = ListLines(table, layout)
    if ROLL_NO in layout.kinds:
        for number in range(layout.first, len(table.rows)):
            reading.read(number)
    unread = [
        heading.strip()
        for heading, kind in zip(layout.headings, layout.kinds, strict=False)
        if kind is None and heading.strip() and not is_left_out(heading)
    ]
    if unread and ROLL_NO in layout.kinds:
        notes.append(f"Not read: {', '.join(f'“{clean_text(heading)}”' for heading in unread)}.")
    more = [f"{reading.more_notes} more lines are like these."] if reading.more_notes else []
    return StudentList(
        columns=tuple(_columns(table, layout)),
        first_line=layout.first + 1,
        rows=tuple(reading.rows),
        refused=tuple(reading.refused),
        notes=(*notes, *reading.notes, *more),
        sheet=table.name,
        sheets=tuple(each.name for each in file.tables if each.name),
        encoding=file.encoding,
    )


def _table(file: ListFile, choices: ListChoices) -> tuple[Table, list[str]]:
    """The table that was chosen, or the first one with a list in it."""
    if choices.sheet is not None:
        found = next((each for each in file.tables if each.name == choices.sheet), None)
        if found is None:
            names = ", ".join(f"“{each.name}”" for each in file.tables)
            raise StudentListError(f"There is no sheet “{choices.sheet}”. The file has {names}.")
        return found, []
    filled = [each for each in file.tables if any(cell.strip() for row in each.rows for cell in row)]
    if not filled:
        raise StudentListError("The list is empty. It needs a line for each student.")
    table = max(filled, key=_likeness)  # the first of several that are as likely
    others = [f"“{each.name}”" for each in file.tables if each is not table]
    others += [f"“{name}” (hidden)" for name in file.skipped_sheets]
    return table, [f"The sheet “{table.name}” was read, and not {', '.join(others)}."] if others else []


def _likeness(table: Table) -> tuple[bool, bool, bool]:
    """How likely it is that a table is the list."""
    layout = layout_of(table)
    return layout.is_certain, any(layout.kinds) and bool(layout.headings), any(layout.kinds)


def _chosen(table: Table, layout: Layout, choices: ListChoices) -> Layout:
    if choices.first_line is not None:
        first = max(0, min(choices.first_line - 1, len(table.rows)))
        layout = replace(layout, first=first)
    if choices.kinds is not None:
        _check_kinds(choices.kinds)
        missing = len(layout.kinds) - len(choices.kinds)
        if missing < 0:
            raise StudentListError(
                f"The list has {len(layout.kinds)} columns, and {len(choices.kinds)} were named."
            )
        layout = replace(layout, kinds=(*choices.kinds, *([None] * missing)))
    return layout


def _check_kinds(kinds: tuple[str | None, ...]) -> None:
    """Refuse what no column can be, and what only one column can be."""
    chosen = [kind for kind in kinds if kind is not None]
    for kind in chosen:
        if kind not in KINDS:
            raise StudentListError(f"A column can't be {kind!r}. It can be {', '.join(KINDS)}.")
        if chosen.count(kind) > 1:
            raise StudentListError(f"Two columns are {kind}. Choose one of them.")


def _columns(table: Table, layout: Layout) -> list[ListColumn]:
    rows = [row for row in table.rows[layout.first :] if any(map(str.strip, row))][:SHOWN_CELLS]
    return [
        ListColumn(
            clean_text(layout.headings[place]) if layout.headings else "",
            kind,
            tuple(clean_text(row[place])[:LONGEST_SHOWN] if place < len(row) else "" for row in rows),
        )
        for place, kind in enumerate(layout.kinds)
    ]
