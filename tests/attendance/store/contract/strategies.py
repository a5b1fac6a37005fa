"""Values of every kind for Hypothesis, with few keys, so that values share them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, cast, get_args, get_origin, get_type_hints

import numpy as np
from hypothesis import strategies as st

from attendance.clock import from_milliseconds
from attendance.values import (
    Consent,
    ConsentForm,
    ConsentParty,
    Course,
    LivenessMode,
    LivenessResult,
    Mark,
    MarkEvent,
    MarkEvidence,
    MarkMethod,
    MarkStatus,
    Notice,
    NoticeKind,
    NoticeState,
    Place,
    ScheduleRule,
    Student,
    Withdrawal,
)
from tests.attendance.store.builders import MS, NOON, embedding, template

SESSIONS = ("general|2025-11-21", "general|2025-11-22")
ENGINES = ("dlib-1", "facenet-1")
SOURCES = ("a" * 64, "b" * 64)

ids = st.sampled_from(["s1", "s2", "s3"])  # few, so that the rules meet
times = st.integers(0, 10**10).map(lambda delay: NOON + delay * MS)
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
optional_texts = st.none() | texts
scores = st.none() | st.integers(-64, 64).map(
    lambda number: number / 64
)  # the stand-ins round other fractions
events = st.builds(
    MarkEvent,
    at=times,
    status=st.sampled_from(MarkStatus),
    method=st.sampled_from(MarkMethod),
    by=texts,
    note=texts,
    under_review=st.booleans(),
    came_at=st.none() | times,
    by_person=st.booleans(),
    for_the_rest=st.booleans(),
    restores=st.none() | st.integers(0, 100),
    noted=st.booleans(),
)
evidence = st.builds(
    MarkEvidence,
    place=st.sampled_from(Place),
    liveness=st.sampled_from(LivenessResult),
    why=st.lists(texts, max_size=2).map(tuple),
    signed=st.booleans(),
)
days = st.none() | st.dates().map(str)
consents = st.builds(
    Consent,
    given_at=times,
    recorded_by=texts,
    how=texts,
    giver=st.sampled_from(ConsentParty),
    form=st.sampled_from(ConsentForm),
    given_on=days,
    valid_until=days,
)
objections = st.builds(
    Withdrawal,
    at=times,
    recorded_by=texts,
    objector=st.sampled_from(ConsentParty),
    how=optional_texts,
)
students = st.builds(
    Student,
    id=ids,
    roll_number=st.sampled_from(["1", "01", "b", "B", "é"]),
    name=texts,
    email=optional_texts,
    phone=optional_texts,
    department=optional_texts,
    year=optional_texts,
    guardian_email=optional_texts,
    consent=st.none() | consents,
    active=st.booleans(),
    withdrawn=st.none() | objections,
    image_id=optional_texts,
    movement_exempt=st.booleans(),
    other_consents=st.lists(consents, max_size=2).map(tuple),
    other_objections=st.lists(objections, max_size=2).map(tuple),
    guardian_name=optional_texts,
)
templates = st.builds(
    template,
    st.sampled_from(["t1", "t2", "t3"]),
    ids,
    source=st.sampled_from(SOURCES),
    engine=st.sampled_from(ENGINES),
    embedding=st.integers(0, 9).map(embedding),
    created_at=times,
)
marks = st.builds(
    Mark,
    session_id=st.sampled_from([*SESSIONS, "unknown"]),
    student_id=ids,
    status=st.sampled_from(MarkStatus),
    method=st.sampled_from(MarkMethod),
    at=times,
    score=scores,
    device=optional_texts,
    reviewer=optional_texts,
    attempt=optional_texts,
    under_review=st.booleans(),
    version=st.integers(1, 3),
    history=st.lists(events, max_size=3).map(tuple),
    evidence=evidence,
)


courses = st.builds(
    Course,
    id=st.sampled_from(["general", "physics"]),
    name=texts,
    roster=st.none() | st.lists(ids, unique=True).map(tuple),
    teachers=st.lists(texts, max_size=2).map(tuple),
    late_after_minutes=st.none() | st.integers(0, 90),
    static_code=st.booleans(),
    active=st.booleans(),
    schedule=st.lists(st.builds(ScheduleRule, st.integers(0, 6), texts, st.integers(1, 90))).map(tuple),
    first_day=optional_texts,
    last_day=optional_texts,
    version=st.integers(1, 3),
    liveness=st.sampled_from(LivenessMode),
    movements=st.integers(1, 2),
    spot_check=st.booleans(),
)
notices = st.builds(
    Notice,
    key=st.sampled_from(["n1", "n2", "n3"]),
    kind=st.sampled_from(NoticeKind),
    student_id=st.just("s1"),
    course_id=texts,
    session_id=optional_texts,
    day=texts,
    to=texts,
    created_at=times,
    state=st.sampled_from(NoticeState),
    sent_at=st.none() | times,
    problem=optional_texts,
    version=st.integers(1, 3),
)
some_ids = st.lists(ids, max_size=3)


@cache
def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type, or of a dataclass with such fields."""
    if (plain := get_origin(kind) if get_origin(kind) is np.ndarray else kind) in PLAIN:
        return PLAIN[plain]
    if is_dataclass(kind):
        make = cast("Callable[..., Any]", kind)
        types = get_type_hints(kind)
        return st.builds(make, **{field.name: values_of(types[field.name]) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    made_of = [values_of(part) for part in get_args(kind) if part is not Ellipsis]
    if get_origin(kind) is tuple:
        return st.lists(made_of[0], max_size=3).map(tuple)
    return st.dictionaries(*made_of, max_size=3) if get_origin(kind) is dict else st.one_of(made_of)


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    bytes: st.binary(max_size=20),
    bool: st.booleans(),
    int: st.integers(0, 2**31 - 1),
    float: st.floats(allow_nan=False),
    datetime: st.integers(-(10**12), 10**14).map(from_milliseconds),  # from 1938 to 5138
    type(None): st.none(),
    np.ndarray: st.integers(0, 9).map(embedding),
}
