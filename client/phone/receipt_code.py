"""The receipt on the page that says that a student is marked: a line to type, and a QR code to scan.

It comes with the page, or in a header for the page's script; neither needs another request.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import segno

from attendance.marks.verdict import Verdict, VerdictCode
from attendance.values import MarkStatus
from client.web.services import the_register

RECEIPT_HEADER = "Attendance-Receipt"
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks
# Any mask may be used. Comparing all eight takes three quarters of the time, and makes no difference for
# letters that are as random as a signature's.
_MASK = 3
_STATUSES = {
    VerdictCode.PRESENT: MarkStatus.PRESENT,
    VerdictCode.ALREADY_PRESENT: MarkStatus.PRESENT,
    VerdictCode.LATE: MarkStatus.LATE,
    VerdictCode.ALREADY_LATE: MarkStatus.LATE,
}


@dataclass(frozen=True)
class ReceiptCode:
    """A receipt as the page shows it.

    Attributes:
        line: to type.
        rows: of the QR code's modules; 1 is dark.
    """

    line: str
    rows: tuple[bytes, ...]

    @property
    def header(self) -> str:
        """For the script: the line, and the modules row by row, 8 in a byte, in base 64."""
        bits = "".join("1" if module else "0" for row in self.rows for module in row)
        padded = bits + "0" * (-len(bits) % 8)
        packed = int(padded, 2).to_bytes(len(padded) // 8)
        return f"{self.line} {base64.b64encode(packed).decode()}"

    @property
    def view_box(self) -> str:
        """Of the SVG, with white around the code."""
        side = len(self.rows) + 2 * QUIET_ZONE
        return f"{-QUIET_ZONE} {-QUIET_ZONE} {side} {side}"

    @property
    def path(self) -> str:
        """Of the SVG: a stroke as wide as a module for each run of dark ones."""
        return "".join(
            f"M{start} {y}.5h{length}" for y, row in enumerate(self.rows) for start, length in _runs(row)
        )


def receipt_code(verdict: Verdict) -> ReceiptCode | None:
    """The receipt of a verdict; None unless it says that somebody is present or late."""
    status = _STATUSES.get(verdict.code)
    if status is None or verdict.student_id is None or verdict.marked_at is None:
        return None
    receipts = the_register().receipts
    receipt = receipts.issue(verdict.session_id, verdict.student_id, status, verdict.marked_at)
    if receipt is None:
        return None
    code = segno.make_qr(receipt.text, error="l", boost_error=False, mask=_MASK)
    return ReceiptCode(receipt.line, tuple(bytes(row) for row in code.matrix))


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    runs, at = [], 0
    while (start := row.find(1, at)) >= 0:
        end = row.find(0, start)
        at = len(row) if end < 0 else end
        runs.append((start, at - start))
    return runs
