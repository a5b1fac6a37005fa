# ruff: noqa: RUF001 - letters of many scripts are what it is about
"""Lists that spreadsheets and other systems write, and who is in them: for the reader, a browser, a command.

Each stands for a kind of list that was read wrong once.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ListCase:
    """A list.

    Attributes:
        name: of the file.
        data: its content.
        students: roll numbers and names, in the order of the list.
        refused: the lines that aren't imported, each with a part of the reason.
        emails: addresses that come with it, by roll number.
    """

    name: str
    data: bytes
    students: tuple[tuple[str, str], ...]
    refused: dict[int, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)


ADA = (("17", "Ada Lovelace"),)
CASES = (
    ListCase(
        "zwnj.csv",
        "roll_no,name\n17,علی\u200cرضا\n18,ශ\u0dca\u200dර\u0dd3\n".encode(),
        (("17", "علی\u200cرضا"), ("18", "ශ\u0dca\u200dර\u0dd3")),
    ),
    ListCase(
        "copied_marks.csv",
        "roll_no,name\n17,\u200fDana Levi\u200e\n18,So\u00adphie Martin\n".encode(),
        (("17", "Dana Levi"), ("18", "Sophie Martin")),
    ),
    ListCase(
        "semicolon_comma.csv",
        b"17;Lovelace, Ada\n18;Hopper, Grace\n",
        (("17", "Lovelace, Ada"), ("18", "Hopper, Grace")),
    ),
    ListCase("blank_first.csv", b"\n17;Ada Lovelace\n", ADA),
    ListCase("sep_line.csv", b"sep=;\r\nroll_no;name\r\n17;Ada Lovelace\r\n", ADA),
    ListCase("heading_dots.csv", b"Roll No.,Name\n17,Ada Lovelace\n", ADA),
    ListCase("titles.csv", b"Physics 2;;\nwinter term 2026;;\n\nNr.;Name;Seat\n17;Ada Lovelace;4\n", ADA),
    ListCase(
        "heading_german.csv",
        "Matrikelnummer;Nachname;Vorname\n017;Müller;Jürgen\n".encode(),
        (("017", "Jürgen Müller"),),
    ),
    ListCase(
        "lms_export.csv",
        "First name,Last name,ID number,Email address\nJosé,Núñez,0017,jose@example.org\n".encode(),
        (("0017", "José Núñez"),),
        emails={"0017": "jose@example.org"},
    ),
    ListCase(
        "sis_export.csv",
        b'Student_Number,LastFirst,Grade_Level\n0017,"Lovelace, Ada",9\n',
        (("0017", "Ada Lovelace"),),
    ),
    ListCase("cp1252.csv", "roll_no;name\r\n17;José Núñez\r\n".encode("cp1252"), (("17", "José Núñez"),)),
    ListCase(
        "damaged_numbers.csv",
        b'roll_no,name\n7,James Bond\n2.02612E+11,Eva Kaili\n17.0,Ada Lovelace\n="007",Q\n',
        (("7", "James Bond"), ("007", "Q")),
        {3: "2.02612E+11 can't be a roll number", 4: "17.0 can't be a roll number"},
    ),
    ListCase(
        "twins.csv",
        (
            "roll_no,name\ncs-17,Ada Lovelace\nCS-17,Grace Hopper\n"
            "17,Mae Jemison\n\uff11\uff17,Eileen Collins\n"
        ).encode(),
        (("cs-17", "Ada Lovelace"), ("17", "Mae Jemison")),
        {
            3: "CS-17 is the same roll number as cs-17 in line 2",
            5: "\uff11\uff17 is the same roll number as 17 in line 4",
        },
    ),
    ListCase(
        "one_bad.csv",
        b"roll_no,name\n1,A One\n2,B Two\n2,C Three\n,D Four\n5,E Five\n",
        (("1", "A One"), ("2", "B Two"), ("5", "E Five")),
        {4: "2 is “C Three” here and “B Two” in line 3", 5: "has no roll number"},
    ),
    ListCase(
        "joined_encodings.csv",
        "roll_no,name\n17,Zoë Müller\n".encode() + "18,René Lefèvre\n19,Jörg Groß\n".encode("cp1252"),
        (("17", "Zoë Müller"), ("18", "René Lefèvre"), ("19", "Jörg Groß")),
    ),
    ListCase(
        "joined_headings.csv",
        b"roll_no,name\n17,Ada Lovelace\n\nRoll No.,Student,\n18,Grace Hopper\n",
        (("17", "Ada Lovelace"), ("18", "Grace Hopper")),
    ),
    ListCase(
        "joined_columns.csv",
        b"roll_no,name\n17,Ada Lovelace\nname,roll_no\nGrace Hopper,18\nroll_no,name\n19,Mae Jemison\n",
        (("17", "Ada Lovelace"), ("19", "Mae Jemison")),
        {3: "Its headings are not those above", 4: "below the other headings in line 3"},
    ),
    ListCase(
        "joined_delimiters.csv",
        b"roll_no,name\n17,Ada Lovelace\n18;Grace Hopper\n19\tMae Jemison\n",
        (("17", "Ada Lovelace"), ("18", "Grace Hopper"), ("19", "Mae Jemison")),
    ),
    ListCase(
        "formula_numbers.csv",
        b"roll_no,name\n-17,Minus Student\n+49,Plus Student\n",
        (("-17", "Minus Student"), ("+49", "Plus Student")),
    ),
)
