"""Marks, reviews, answers and the engine's pin as plain records (see ``records``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attendance.store.records import (
    Record,
    to_milliseconds,
    to_optional_milliseconds,
    to_optional_time,
    to_time,
)
from attendance.values import (
    EnginePin,
    GrantAnswer,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    Review,
    ReviewCandidate,
    ReviewDecision,
    ReviewReason,
)


def mark_record(mark: Mark) -> Record:
    """``history`` is a list of records, oldest first."""
    return {
        "session_id": mark.session_id,
        "student_id": mark.student_id,
        "status": mark.status.value,
        "method": mark.method.value,
        "at": to_milliseconds(mark.at),
        "score": None if mark.score is None else float(mark.score),
        "device": mark.device,
        "reviewer": mark.reviewer,
        "attempt": mark.attempt,
        "under_review": mark.under_review,
        "version": mark.version,
        "history": [
            {
                "at": to_milliseconds(event.at),
                "status": event.status.value,
                "method": event.method.value,
                "by": event.by,
                "note": event.note,
                "under_review": event.under_review,
                "came_at": to_optional_milliseconds(event.came_at),
            }
            for event in mark.history
        ],
    }


def mark_from(record: Mapping[str, Any]) -> Mark:
    """The opposite of ``mark_record``."""
    return Mark(
        session_id=record["session_id"],
        student_id=record["student_id"],
        status=MarkStatus(record["status"]),
        method=MarkMethod(record["method"]),
        at=to_time(record["at"]),
        score=record["score"],
        device=record["device"],
        reviewer=record["reviewer"],
        attempt=record["attempt"],
        under_review=bool(record["under_review"]),
        version=record["version"],
        history=tuple(
            MarkEvent(
                at=to_time(event["at"]),
                status=MarkStatus(event["status"]),
                method=MarkMethod(event["method"]),
                by=event["by"],
                note=event["note"],
                under_review=event["under_review"],
                came_at=to_optional_time(event.get("came_at")),  # older marks have none
            )
            for event in record["history"]
        ),
    )


def review_record(review: Review) -> Record:
    """``candidates`` is a list of records, best first."""
    return {
        "id": review.id,
        "session_id": review.session_id,
        "reason": review.reason.value,
        "candidates": [
            {"student_id": candidate.student_id, "score": float(candidate.score)}
            for candidate in review.candidates
        ],
        "created_at": to_milliseconds(review.created_at),
        "snapshot": review.snapshot,
        "device": review.device,
        "decision": review.decision and review.decision.value,
        "decided_for": review.decided_for,
        "decided_by": review.decided_by,
        "decided_at": to_optional_milliseconds(review.decided_at),
    }


def review_from(record: Mapping[str, Any]) -> Review:
    """The opposite of ``review_record``."""
    return Review(
        id=record["id"],
        session_id=record["session_id"],
        reason=ReviewReason(record["reason"]),
        candidates=tuple(ReviewCandidate(each["student_id"], each["score"]) for each in record["candidates"]),
        created_at=to_time(record["created_at"]),
        snapshot=record["snapshot"],
        device=record["device"],
        decision=record["decision"] and ReviewDecision(record["decision"]),
        decided_for=record["decided_for"],
        decided_by=record["decided_by"],
        decided_at=to_optional_time(record["decided_at"]),
    )


def answer_record(answer: GrantAnswer) -> Record:
    """``answer`` is a mapping."""
    return {
        "grant_id": answer.grant_id,
        "digest": answer.digest,
        "expires_at": to_milliseconds(answer.expires_at),
        "answer": answer.answer,
    }


def answer_from(record: Mapping[str, Any]) -> GrantAnswer:
    """The opposite of ``answer_record``."""
    return GrantAnswer(
        record["grant_id"], record["digest"], to_time(record["expires_at"]), dict(record["answer"])
    )


def pin_record(pin: EnginePin) -> Record:
    """Flat."""
    return {
        "engine": pin.engine,
        "detector": pin.detector,
        "reason": pin.reason,
        "pinned_at": to_milliseconds(pin.pinned_at),
    }


def pin_from(record: Mapping[str, Any]) -> EnginePin:
    """The opposite of ``pin_record``."""
    return EnginePin(record["engine"], record["detector"], record["reason"], to_time(record["pinned_at"]))
