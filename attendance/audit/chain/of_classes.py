"""What the chain records of courses, sessions, accounts, tokens and settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attendance.audit.chain.changes import Facts, Noted, RecordChange, some_of
from attendance.audit.chain.hashing import KeyOf, reference
from attendance.audit.chain.values import AuditKind

_COURSE = (
    *("name", "teachers", "late_after_minutes", "closes_after_minutes", "code_interval", "static_code"),
    *("active", "schedule", "first_day", "last_day", "liveness", "movements", "spot_check"),
)
_SESSION = ("opens_at", "closes_at", "late_at", "planned", "by_hand")
_USER = ("username", "name", "active", "password_hash")
_DAY_OFF = ("first_day", "last_day", "name")
_TOKEN = ("scopes", "expires_at", "photo_only")


def of_course(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """A course that is new or has other rules, and who came on its roster or left it."""
    about = change.record["id"]
    changed = change.differs(*_COURSE)
    if change.before is None:
        yield Noted(AuditKind.COURSE_ADDED, "", about, {}, some_of(change.after, *_COURSE))
    elif changed:
        before, after = (some_of(record, *changed) for record in (change.before, change.after))
        yield Noted(AuditKind.COURSE_CHANGED, "", about, before, after)
    if change.before is not None and change.differs("roster"):
        before, after = (_roster(change, one, key_of) for one in ("before", "after"))
        yield Noted(AuditKind.ROSTER, "", about, before, after)


def of_session(change: RecordChange, key_of: KeyOf) -> Iterator[Noted]:
    """A session that is new, closed, cancelled or otherwise changed, and whom a spot check called out."""
    after = change.record
    about = after["id"]
    if change.before is None:
        yield Noted(AuditKind.SESSION_ADDED, "", about, {}, some_of(after, "course_id", "day", *_SESSION))
        return
    for name, is_set, is_unset in (
        ("closed_at", AuditKind.SESSION_CLOSED, AuditKind.SESSION_REOPENED),
        ("cancelled_at", AuditKind.SESSION_CANCELLED, AuditKind.SESSION_RESTORED),
    ):
        if change.differs(name):
            kind = is_unset if after[name] is None else is_set
            yield Noted(kind, "", about, some_of(change.before, name), some_of(after, name))
    if changed := change.differs(*_SESSION):
        was = some_of(change.before, *changed)
        yield Noted(AuditKind.SESSION_CHANGED, "", about, was, some_of(after, *changed))
    for check in after["spot_checks"][len(change.before["spot_checks"]) :]:
        called = sorted(reference(key_of(student_id)) for student_id in check["student_ids"])
        yield Noted(AuditKind.SPOT_CHECK, "", about, {}, {"called": called})
    pictures = [len(record["room_pictures"]) for record in (change.before, after)]
    if pictures[0] != pictures[1]:
        was, now = ({"room_pictures": count} for count in pictures)
        yield Noted(AuditKind.SESSION_CHANGED, "", about, was, now)


def of_user(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """An account that is new or changed; of passwords and second factors only that they are others."""
    after = change.record
    about = after["id"]
    if change.before is None:
        yield Noted(AuditKind.USER_ADDED, "", about, {}, some_of(after, "username", "role", "enrols"))
        return
    if roles := change.differs("role", "enrols"):
        yield Noted(AuditKind.ROLE, "", about, some_of(change.before, *roles), some_of(after, *roles))
    changed = change.differs(*_USER)
    if _factor(change.before) != _factor(after):
        changed.append("second_factor")
    if changed:
        public = [name for name in changed if name in ("username", "active")]
        was, now = some_of(change.before, *public), some_of(after, *public)
        yield Noted(AuditKind.USER_CHANGED, "", about, was, {**now, "changed": sorted(changed)})


def of_login(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """Somebody logged in."""
    yield Noted(AuditKind.LOGIN, "", change.record["user_id"])


def of_token(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """A token was made, changed or revoked; that it was used is in its own record."""
    about = change.record["name"]
    if change.before is None:
        yield Noted(AuditKind.TOKEN_MADE, "", about, {}, some_of(change.after, *_TOKEN))
        return
    if change.differs("revoked_at"):
        yield Noted(AuditKind.TOKEN_REVOKED, "", about, {}, some_of(change.after, "revoked_at"))
    if changed := change.differs("name", *_TOKEN):
        before, after = (some_of(record, *changed) for record in (change.before, change.after))
        yield Noted(AuditKind.TOKEN_CHANGED, "", about, before, after)


def of_day_off(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """A day off was entered or removed."""
    before, after = (some_of(record, *_DAY_OFF) for record in (change.before, change.after))
    yield Noted(AuditKind.SETTING, "", change.record["id"], before, after)


def of_engine(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """The register has another engine."""
    before, after = (some_of(record, "engine", "detector") for record in (change.before, change.after))
    yield Noted(AuditKind.SETTING, "", "engine", before, after)


def of_alarm(change: RecordChange, _key_of: KeyOf) -> Iterator[Noted]:
    """A person settled an alarm, or opened it again; that there is one follows from check-ins."""
    if change.before is None or change.after is None:
        return
    is_open = change.after["settled_at"] is None
    kind = AuditKind.ALARM_REOPENED if is_open else AuditKind.ALARM_SETTLED
    alarm = {"alarm": change.after["kind"]}
    now = {**alarm, "for_good": int(change.after["for_good"])}
    yield Noted(kind, "", change.after["session_id"], alarm, now)


def _roster(change: RecordChange, which: str, key_of: KeyOf) -> Facts:
    """Who is only on the roster before, or only on that after, as references."""
    rosters = [record["roster"] for record in (change.before, change.after) if record is not None]
    here, other = rosters if which == "before" else reversed(rosters)
    if here is None:
        return {"everybody": 1}
    return {"only_here": _references(set(here) - set(other or ()), key_of)}


def _references(student_ids: Iterable[str], key_of: KeyOf) -> list[str]:
    return sorted(reference(key_of(student_id)) for student_id in student_ids)


def _factor(user: Facts) -> tuple[object, int] | None:
    """What changes of a second factor matter: another app, or a recovery code that was used."""
    factor = user["second_factor"]
    return None if factor is None else (factor["added_at"], len(factor["recovery"]))
