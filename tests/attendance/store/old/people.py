"""The people of the made-up school: names in many scripts, roll numbers as registrars write them."""

# ruff: noqa: RUF001 - letters of many scripts are the point here

from __future__ import annotations

NAMES = (
    *("Amara Okonkwo-Lindqvist", "王思远", "Żaneta Wróblewska", "Юлія Коваленко", "محمد الفاسي"),
    *("नंदिनी देसाई", "Nguyễn Thị Hồng Ánh", "Siobhán Ní Dhálaigh", "김하늘", "高橋 さくら"),
    *(
        "Þórdís Guðmundsdóttir",
        "İbrahim Çağlar",
        "ธนพล วงศ์สุวรรณ",
        "Kwame Asante Boateng jr.",
        "Renée D’Aubigné",
    ),
    *(
        "María de los Ángeles Peña",
        "Jean-Baptiste N'Diaye",
        "Ελένη Παπαδάκη",
        "אורי בן־חיים",
        "Łukasz Ćwikła",
    ),
    *("Tomáš Dvořáček", "Ingrid Sørbø-Åsheim", "Devi", "Abdul-Rahman al-Kindi", "Ioana Ștefănescu"),
    *("Lê Văn Đức", "Chidi Eze", "Giulia d'Amico", "Mikaël van der Berg", "Ананда Бат-Эрдэнэ"),
    *("Zoë Müller-Lüdenscheidt", "Kaiāulu Kealoha", "Sinéad O'Dowd", "Ågot Ødegård", "ქეთევან ლომიძე"),
    *("José Ñúñez Ibáñez", "தமிழ்ச்செல்வி ராமன்", "Wiremu Te Kanawa", "Aşkın Yıldız", "Պետրոս Հակոբյան"),
)
"""Nobody is called so: given names and family names were put together by chance."""

FIRST_IN_LINE = ("007", "CS-2025-014", "cs-2025-014", "Ａ１２", "2025/17 b")
"""Roll numbers that are hard: leading zeros, two that are the same since version 5, full width, a space."""

TEACHERS = (
    ("t-rector", "rector", "Dr. Oluwaseun Adebayo", "admin"),
    ("t-lindgren", "k.lindgren", "Karin Lindgren", "teacher"),
    ("t-sato", "m.sato", "佐藤 美咲", "teacher"),
)


def roll_number(index: int, version: int) -> str:
    """The roll number of a student; since version 5 no two may be the same but for how they are written."""
    if index < len(FIRST_IN_LINE) and not (version >= 5 and index == 2):
        return FIRST_IN_LINE[index]
    return f"CS-2025-{100 + index}"
