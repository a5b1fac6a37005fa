"""One judged photo of a student, as far as it is compared with others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.classes.entering.rotating_code import digest
from attendance.values import AlarmKind, CheckInTrace, Session
from face_detection.picture_hash import is_blank, picture_hash
from face_detection.values import Pixels

ADDRESS_DIGITS = 16  # hex digits of an address's hash; 64 bits, which no class makes collide


@dataclass(frozen=True, eq=False)
class CheckedPhoto:
    """One judged photo that named a student.

    Attributes:
        id: the attempt's: grant and photo.
        session: what it was sent to.
        at: when it was judged.
        student_id: whom it named.
        device: the phone's key, or what the phone calls itself; None: neither.
        signed: whether the phone proved that key.
        address: its network address; None: not known.
        digest: hex sha256 of the photo.
        patch: what is hashed of its picture, grey uint8 ``(96, 96)``; see ``face_detection.picture_hash``.
        camera: what the browser calls the camera; None: not known.
        code_age: seconds from when the code left the wall until the photo arrived; None: it stays there.
    """

    id: str
    session: Session
    at: datetime
    student_id: str
    device: str | None
    signed: bool
    address: str | None
    digest: str
    patch: Pixels
    camera: str | None
    code_age: float | None

    def trace(self) -> CheckInTrace:
        """What is kept of it; addresses of two sessions can't be compared."""
        return CheckInTrace(
            id=self.id,
            session_id=self.session.id,
            at=self.at,
            student_id=self.student_id,
            device=self.device,
            signed=self.signed,
            address=None if self.address is None else hashed_address(self.session.secret, self.address),
            digest=self.digest,
            picture=None if is_blank(self.patch) else picture_hash(self.patch),
        )


@dataclass(frozen=True)
class Finding:
    """Something odd, before anybody knows whether it is settled.

    Attributes:
        kind: what.
        subject: what it is about; unique in session and kind.
        student_ids: whom it concerns.
        detail: the values of its sentence.
    """

    kind: AlarmKind
    subject: str
    student_ids: tuple[str, ...]
    detail: tuple[str, ...] = ()


def hashed_address(secret: str, address: str) -> str:
    """A network address under a session's secret.

    Args:
        secret: the session's, in hex digits.
        address: in one spelling.
    """
    return digest(secret, f"address|{address}").hex()[:ADDRESS_DIGITS]
