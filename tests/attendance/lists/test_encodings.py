# ruff: noqa: RUF001 - letters of many scripts are what it is about
"""The letters of short lists are read right, however they are stored."""

from __future__ import annotations

import pytest

from attendance.errors import StudentListError
from attendance.lists.encodings import decoded

TEXTS = {
    "utf-8": "17;José Núñez\r\n",
    "utf-16": "17;José Núñez\r\n",
    "utf-32": "17;José Núñez\r\n",
    "utf-16-le": "roll_no;name\r\n17;สมชาย ใจดี\r\n",
    "utf-16-be": "roll_no;name\r\n17;José Núñez\r\n",
    "cp1252": "roll_no;name\r\n17;José Núñez\r\n18;Jürgen Müller\r\n19;Zoë O’Neill\r\n",
    "mac_roman": "roll_no;name\r17;José Núñez\r18;Jürgen Müller\r",
    "cp1250": "roll_no;name\r\n17;Łukasz Żółć\r\n18;Dvořák Jiří\r\n",
    "cp1251": "roll_no;name\r\n17;Валентина Терешкова\r\n",
    "cp1253": "roll_no;name\r\n17;Υπατία\r\n",
    "cp1254": "roll_no;name\r\n17;Şule Yıldız\r\n18;Güneş\r\n",
    "cp1255": "roll_no;name\r\n17;דנה לוי\r\n",
    "cp1256": "roll_no;name\r\n17;محمد الفارابي\r\n",
    "cp1257": "roll_no;name\r\n17;Jānis Bērziņš\r\n",
    "cp874": "roll_no;name\r\n17;สมชาย ใจดี\r\n",
    "cp932": "roll_no,name\r\n17,山崎直子\r\n",
    "cp949": "roll_no,name\r\n17,이소연\r\n",
    "gb18030": "roll_no,name\r\n17,王小明\r\n18,刘洋\r\n",
    "big5": "roll_no,name\r\n17,王小明\r\n18,劉洋\r\n",
    "cp850": "roll_no;name\r\n17;José Núñez\r\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_short_list_is_read(encoding: str) -> None:
    text, found = decoded(TEXTS[encoding].encode(encoding), "list.csv")
    assert text == TEXTS[encoding]
    assert found == ("utf-16" if encoding.startswith("utf-16") else encoding)


@pytest.mark.parametrize(
    "text",
    [
        "17;Þórður Björk\r\n",
        "17;Søren Kierkegård\r\n18;François Lefèvre\r\n",
        "17;JOSÉ NÚÑEZ\r\n",
        "17;Müller\r\n",
    ],
)
def test_western_names_are_not_taken_for_others(text: str) -> None:
    assert decoded(text.encode("cp1252"), "list.csv") == (text, "cp1252")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_what_ends_in_the_middle_of_a_letter_is_refused(encoding: str) -> None:
    with pytest.raises(StudentListError, match="ends in the middle of a letter"):
        decoded("17;José".encode(encoding)[:-1], "list.csv")


def test_a_person_can_choose_another_one() -> None:
    data = "17;Şule".encode("cp1254")
    assert decoded(data, "list.csv", "cp1254") == ("17;Şule", "cp1254")
    assert decoded(data, "list.csv", "cp1250") == ("17;Ţule", "cp1250")


def test_a_line_that_happens_to_be_utf_8_does_not_change_how_a_list_is_read() -> None:
    text = "17;王小明\r\n18;陆小孝\r\n19;刘洋\r\n"
    data = text.encode("gb18030")
    assert data.splitlines()[1].decode() == "18;½СТ"
    assert decoded(data, "list.csv") == (text, "gb18030")
