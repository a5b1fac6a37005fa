"""The receipt on the page that says that a student is marked."""

from __future__ import annotations

import base64
import re

import cv2
import numpy as np

from attendance.audit.receipts.findings import ReceiptStanding
from attendance.register import Register
from client.phone.receipt_code import QUIET_ZONE, RECEIPT_HEADER
from tests.client.conftest import Phone


def decoded(rows: np.ndarray) -> str:
    """What a phone reads from the modules of a QR code; 1 is dark."""
    picture = np.pad(1 - rows, QUIET_ZONE, constant_values=1).astype(np.uint8) * 255
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.kron(picture, np.ones((8, 8), np.uint8)))
    return text


def drawn(page: str) -> np.ndarray:
    """The modules of the SVG in a page."""
    (side,) = {int(found) - 2 * QUIET_ZONE for found in re.findall(r'viewBox="-4 -4 (\d+) \1"', page)}
    path = re.search(r'data-slot="modules" d="([^"]+)"', page)
    assert path
    rows = np.zeros((side, side), np.uint8)
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path.group(1)):
        rows[int(y), int(x) : int(x) + int(length)] = 1
    return rows


def sent(header: str) -> tuple[str, np.ndarray]:
    """The line and the modules in a header."""
    line, _, packed = header.partition(" ")
    bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), np.uint8))
    side = int(len(bits) ** 0.5)
    return line, bits[: side * side].reshape(side, side)


def test_the_page_has_a_line_and_a_code_that_say_the_same(phone: Phone, register: Register) -> None:
    phone.scan()
    page = phone.submit(phone.face("Eileen Collins"), as_json=False).text
    line = re.search(r'data-slot="line">([0-9A-Z-]{48})<', page)
    assert line
    typed, scanned = (register.receipts.verify(each) for each in (line.group(1), decoded(drawn(page))))
    assert typed.receipt == scanned.receipt is not None
    compared = register.receipts.compare(scanned.receipt)
    assert compared.standing is ReceiptStanding.THERE
    assert compared.mark is not None
    assert compared.mark.student_id == register.students.get("1").id
    assert f"{scanned.receipt.at:%Y-%m-%d %H:%M %z}" == "2026-11-23 09:02 +0100"


def test_the_script_gets_the_same_in_a_header_and_again_at_a_retry(phone: Phone, register: Register) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    headers = [phone.submit(photo).headers[RECEIPT_HEADER] for _ in range(2)]
    assert headers[0] == headers[1]
    line, rows = sent(headers[0])
    assert register.receipts.verify(line).is_genuine
    assert register.receipts.verify(decoded(rows)).is_genuine
    assert len(headers[0]) < 400
    page = phone.submit(photo, as_json=False).text
    assert line in page
    assert np.array_equal(drawn(page), rows)


def test_it_names_nobody(phone: Phone, register: Register) -> None:
    phone.scan()
    _, rows = sent(phone.submit(phone.face("Eileen Collins")).headers[RECEIPT_HEADER])
    text = decoded(rows)
    assert re.fullmatch(
        r"ATTENDANCE RECEIPT 1 PRESENT 2026-11-23 09:02 \+01:00 CLASS \w{6} STUDENT \w{6} SIGNED \w{103}",
        text,
    )
    assert register.students.get("1").id[:6].upper() not in text


def test_who_is_not_marked_gets_none(phone: Phone) -> None:
    phone.scan()
    assert RECEIPT_HEADER not in phone.submit(phone.doubtful()).headers
    page = phone.another()
    page.scan()
    assert "data-receipt" not in page.submit(phone.doubtful(), as_json=False).text
