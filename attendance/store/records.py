"""Students, templates and portraits as plain records, the one form that both databases write and read.

A record maps column or field names to strings, numbers, bytes, or lists and mappings of those. Times
are milliseconds since 1970 in UTC: the one form that every database keeps, compares and gives back exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attendance.values import Consent, Portrait, Student, Template, Withdrawal

Record = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
STORED_FLOAT = np.dtype("<f4")  # little-endian on every machine, so that a file can move between them


def to_milliseconds(time: datetime) -> int:
    """Whole milliseconds since 1970.

    Raises:
        ValueError: the time has no time zone.
    """
    if time.utcoffset() is None:
        raise ValueError(f"A stored time needs a time zone, got {time!r}; use datetime.now(UTC).")
    return (time - EPOCH) // MILLISECOND


def to_time(milliseconds: int) -> datetime:
    """The opposite of ``to_milliseconds``, in UTC."""
    return EPOCH + milliseconds * MILLISECOND


def to_optional_milliseconds(time: datetime | None) -> int | None:
    """None stays None."""
    return None if time is None else to_milliseconds(time)


def to_optional_time(milliseconds: int | None) -> datetime | None:
    """None stays None."""
    return None if milliseconds is None else to_time(milliseconds)


def pack_embedding(embedding: NDArray[np.float32]) -> bytes:
    """An embedding ``(D,)`` float32 as little-endian bytes.

    Raises:
        ValueError: it has another shape or type.
    """
    if embedding.ndim != 1 or embedding.size == 0 or embedding.dtype != np.float32:
        raise ValueError(
            f"An embedding must be (D,) float32, got {embedding.shape} {embedding.dtype}; "
            "store one row at a time, as float32."
        )
    return embedding.astype(STORED_FLOAT).tobytes()


def unpack_embedding(stored: bytes) -> NDArray[np.float32]:
    """The embedding ``(D,)`` float32, bit by bit the one that was packed."""
    return np.frombuffer(stored, STORED_FLOAT).astype(np.float32)


def student_record(student: Student) -> Record:
    """``consent`` and ``withdrawn`` are nested records or None."""
    consent, withdrawn = student.consent, student.withdrawn
    return {
        "id": student.id,
        "roll_number": student.roll_number,
        "name": student.name,
        "email": student.email,
        "phone": student.phone,
        "department": student.department,
        "year": student.year,
        "guardian_email": student.guardian_email,
        "active": student.active,
        "consent": consent
        and {
            "given_at": to_milliseconds(consent.given_at),
            "recorded_by": consent.recorded_by,
            "how": consent.how,
        },
        "withdrawn": withdrawn
        and {"at": to_milliseconds(withdrawn.at), "recorded_by": withdrawn.recorded_by},
    }


def student_from(record: Mapping[str, Any]) -> Student:
    """The opposite of ``student_record``."""
    consent, withdrawn = record["consent"], record["withdrawn"]
    return Student(
        id=record["id"],
        roll_number=record["roll_number"],
        name=record["name"],
        email=record["email"],
        phone=record["phone"],
        department=record["department"],
        year=record["year"],
        guardian_email=record["guardian_email"],
        active=bool(record["active"]),
        consent=consent and Consent(to_time(consent["given_at"]), consent["recorded_by"], consent["how"]),
        withdrawn=withdrawn and Withdrawal(to_time(withdrawn["at"]), withdrawn["recorded_by"]),
    )


def template_record(template: Template) -> Record:
    """The embedding is bytes; ``dimension`` says how many numbers they are."""
    return {
        "id": template.id,
        "student_id": template.student_id,
        "engine": template.engine,
        "detector": template.detector,
        "dimension": int(template.embedding.size),
        "embedding": pack_embedding(template.embedding),
        "source": template.source,
        "quality": float(template.quality),
        "created_at": to_milliseconds(template.created_at),
    }


def template_from(record: Mapping[str, Any]) -> Template:
    """The opposite of ``template_record``."""
    return Template(
        id=record["id"],
        student_id=record["student_id"],
        engine=record["engine"],
        detector=record["detector"],
        embedding=unpack_embedding(record["embedding"]),
        source=record["source"],
        quality=record["quality"],
        created_at=to_time(record["created_at"]),
    )


def portrait_record(portrait: Portrait) -> Record:
    """The picture is bytes."""
    return {
        "student_id": portrait.student_id,
        "jpeg": portrait.jpeg,
        "source": portrait.source,
        "created_at": to_milliseconds(portrait.created_at),
    }


def portrait_from(record: Mapping[str, Any]) -> Portrait:
    """The opposite of ``portrait_record``."""
    return Portrait(
        student_id=record["student_id"],
        jpeg=bytes(record["jpeg"]),
        source=record["source"],
        created_at=to_time(record["created_at"]),
    )
