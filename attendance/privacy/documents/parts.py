"""What documents are made of: sections with sentences, lists, tables, and lines to fill in by hand."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.privacy.texts import Text


@dataclass(frozen=True)
class TableOfTexts:
    """A table.

    Attributes:
        headings: of its columns.
        rows: each with a cell for each column.
    """

    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class LawSection:
    """A part of a document, in the order of its attributes.

    Attributes:
        title: its heading.
        says: paragraphs.
        items: a list.
        table: a table.
        boxes: sentences to tick.
        blanks: what is filled in by hand, each with a line.
        new_page: whether it begins a page when it is printed.
    """

    title: Text
    says: tuple[Text, ...] = ()
    items: tuple[Text, ...] = ()
    table: TableOfTexts | None = None
    boxes: tuple[Text, ...] = ()
    blanks: tuple[Text, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class LawDocument:
    """A document.

    Attributes:
        title: its heading.
        note: whom it is for, and what to do with it.
        sections: its parts.
    """

    title: Text
    note: Text
    sections: tuple[LawSection, ...]

    def texts(self) -> tuple[Text, ...]:
        """Everything that it says."""
        found = [self.title, self.note]
        for each in self.sections:
            found += [each.title, *each.says, *each.items, *each.boxes, *each.blanks]
            if each.table is not None:
                found += [*each.table.headings, *(cell for row in each.table.rows for cell in row)]
        return tuple(found)
