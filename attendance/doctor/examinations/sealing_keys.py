"""The keys: whether they exist and open this register, and whether the recovery key was written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.errors import AttendanceError, SealBrokenError, SiteKeyError
from attendance.program import admin_command
from attendance.sealing.confirming import is_unconfirmed
from attendance.sealing.data_keys import DataKeys
from attendance.sealing.key_sources import asks_a_person, find_keys, is_derived, where_the_key_is
from attendance.sealing.moving import left_behind
from attendance.sealing.opening import require_key
from attendance.sealing.site_keys import SiteKeys
from attendance.sentences import FilledSentence, said
from attendance.sentences import sentence as _l
from attendance.store.open_store import open_student_keys, require_student_keys
from attendance.store.protocol import Store
from attendance.store.protocols.sealing import SealStage, SealState


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """The site's key, the students' keys, the state of the seal, and the recovery key."""
    state = None if site.store is None else site.store.seal_state()
    if site.store is None or state is None:
        yield note(
            _l("Not examined: there is no sealed register that can be opened."),
            _l("See the finding about the register."),
        )
        return
    if not site.is_server and asks_a_person(site.settings):
        yield note(
            _l("The site's key can only be opened with the passphrase, so it was not examined."),
            _l(
                "Open Doctor on the running server's start page, or set %(setting)s.",
                setting="ATTENDANCE_PASSPHRASE_FILE",
            ),
        )
    else:
        yield from _keys(site, state)
    yield from _state(site.store, state)
    if left_behind(site.settings):
        yield note(
            _l("The site's key was moved, and its former file is still there."),
            _l(
                "Move it again to the same place, which deletes the file. To see which place that is, run: "
                "%(command)s",
                command=admin_command("keys", "show"),
            ),
        )


def _keys(site: ExaminedSite, state: SealState) -> Iterator[SiteFinding]:
    try:
        keys = find_keys(site.settings, create=False)
        require_key(state, keys, is_shared=is_derived(site.settings))
    except SiteKeyError as error:
        yield problem(said(error), _restoring())
        return
    try:
        count = _opened(site, state, keys)
    except SealBrokenError as error:
        yield problem(
            _l("A key of a student can't be opened with the site's key: %(error)s", error=error),
            _l("Restore a backup of the register together with its keys."),
        )
    except SiteKeyError as error:
        yield problem(
            said(error),
            _l("To restore the latest backup, run: %(command)s", command=admin_command("restore", "FILE")),
        )
    except AttendanceError as error:
        yield problem(said(error))
    else:
        yield ok(
            _l(
                "%(where)s It opens the register and the keys of students: %(count)s.",
                where=where_the_key_is(site.settings),
                count=count,
            )
        )


def _opened(site: ExaminedSite, state: SealState, keys: SiteKeys) -> int:
    """Unwrap all keys of students; returns how many there are."""
    if site.register is not None:
        require_student_keys(site.settings.keys_folder, state.register_id)  # not the copy that is examined
    found = open_student_keys(site.keys, site.settings.mongodb_uri, state.register_id, create=False)
    with closing(found):
        DataKeys(keys, found).before_many()
        return len(found.all())


def _state(store: Store, state: SealState) -> Iterator[SiteFinding]:
    if state.stage is not SealStage.SEALED:
        yield note(
            _l("Sealing or a change of the key was interrupted (%(stage)s).", stage=state.stage.value),
            _l("Start the server, which completes it."),
        )
    if is_unconfirmed(store):
        yield note(
            _l(
                "Nobody has confirmed that the recovery key was written down. If this computer is lost, "
                "nobody can read faces and addresses from a backup without it."
            ),
            _l(
                "To print it, run %(show)s, then %(confirm)s",
                show=admin_command("keys", "recovery"),
                confirm=admin_command("keys", "confirm"),
            ),
        )


def _restoring() -> FilledSentence:
    return _l(
        "Put the key back from a copy, or make it again from the recovery key: %(command)s",
        command=admin_command("keys", "restore"),
    )
