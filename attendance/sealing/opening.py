"""Opens the register's database with its seal, and seals what is plain or has an older key."""

from __future__ import annotations

import base64
import logging
import secrets
from dataclasses import replace
from typing import cast

from attendance.errors import SealBrokenError, SettingsError, SiteKeyError
from attendance.files.private_folder import owner_beside_root
from attendance.sealing.cipher import place_of
from attendance.sealing.data_keys import DataKeys
from attendance.sealing.key_sources import find_keys, is_derived
from attendance.sealing.seal import RegisterSeal
from attendance.sealing.sealed_fields import SEALED
from attendance.sealing.sealed_store import SealedStore
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.sealing.turn import TemplateTurn
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import shared_secret
from attendance.store.open_store import FILE_NAME, open_store, open_student_keys
from attendance.store.protocol import Store
from attendance.store.protocols.sealing import SealStage, SealState
from attendance.store.whole_register import refuse_half_put

ID_BYTES = 8
_log = logging.getLogger(__name__)


def open_sealed_store(settings: Settings, *, may_use_keyring: bool = False) -> Store:
    """The register's database, ready for use; close it when done.

    One that isn't sealed yet is sealed first. That may be interrupted, and goes on at the next start.

    Args:
        settings: the site's settings.
        may_use_keyring: whether a new key may go into the operating system's keyring.

    Raises:
        SettingsError: servers that share the database must share a secret, and none is set; or root opens the
            register of another user.
        SiteKeyError: the site's key is missing, or isn't the one with which the register is sealed.
        StoreUnavailableError: the database, or the keys of students, can't be reached or written.
        SchemaError: the database was written by a newer version of this program, or is not its database.
    """
    _refuse_root(settings)
    shared_secret(settings)  # a key of this machine alone would shut out all others
    refuse_half_put(settings.mongodb_uri)
    store = open_store(settings.data, settings.mongodb_uri)
    try:
        return _sealed(settings, store, may_use_keyring=may_use_keyring)
    except BaseException:
        store.close()
        raise


def _refuse_root(settings: Settings) -> None:
    path = settings.data / FILE_NAME
    owner = None if settings.mongodb_uri else owner_beside_root(path)
    if owner is not None:
        raise SettingsError(
            f"{path} belongs to the user {owner}, and this program runs as root. The server couldn't open "
            "what it writes. Run it as that user with the server's settings: docs/deployment.md shows how."
        )


def _sealed(settings: Settings, store: Store, *, may_use_keyring: bool) -> Store:
    state = store.seal_state()
    is_first = state is None
    site = find_keys(settings, create=is_first, may_use_keyring=may_use_keyring)
    if state is None:
        state = store.begin_sealing(state_with(site.current, secrets.token_hex(ID_BYTES), SealStage.SEALING))
    require_key(state, site, is_shared=is_derived(settings))
    wrapped = open_student_keys(
        settings.keys_folder,
        settings.mongodb_uri,
        state.register_id,
        create=state.stage is SealStage.SEALING,
    )
    try:
        seal = RegisterSeal(DataKeys(site, wrapped), state.stage)
        sealed = SealedStore(store, seal, is_first=is_first)
        if state.stage is not SealStage.SEALED or state.key_id != site.current.id.hex():
            _seal_all(store, seal, state)
    except BaseException:
        wrapped.close()
        raise
    return cast("Store", sealed)  # what it lacks it passes on


def turn_of(store: Store) -> TemplateTurn:
    """How a sealed register's embeddings are turned before they get there.

    Args:
        store: from ``open_sealed_store``, or what passes everything on to it.
    """
    turn: TemplateTurn = cast("SealedStore", store).turn
    return turn


def began_sealing(store: Store) -> bool:
    """Whether opening has sealed the register for the first time.

    Args:
        store: as for ``turn_of``.
    """
    return cast("SealedStore", store).is_first


def require_key(state: SealState, site: SiteKeys, *, is_shared: bool = False) -> None:
    """Check that the site has the key with which a register is sealed.

    Args:
        state: what the register says about its seal.
        site: the keys that were found.
        is_shared: whether they are made from the secret that servers on MongoDB share.

    Raises:
        SiteKeyError: it hasn't.
    """
    key_id = bytes.fromhex(state.key_id)
    if key_id not in site:
        raise SiteKeyError(_wrong_key(state.key_id, site.current.id.hex(), is_shared=is_shared))
    try:
        site.of(key_id).records.open(base64.b64decode(state.key_check), _place_of_check(state))
    except (SealBrokenError, ValueError) as error:
        raise SiteKeyError(
            f"What the register says about its seal was changed (key {state.key_id}, {state.stage.value}). "
            "Restore a backup of the register."
        ) from error


def _wrong_key(wanted: str, found: str, *, is_shared: bool) -> str:
    if is_shared:
        return (
            f"The register is sealed with the site's key {wanted}, and the key that ATTENDANCE_SECRET gives "
            f"is {found}. Set the ATTENDANCE_SECRET that the other servers have. If it is lost, make the key "
            "again from the recovery key, in a file that ATTENDANCE_SITE_KEY names."
        )
    return (
        f"The register is sealed with the site's key {wanted}, and the key that was found is {found}. Put "
        "the right one back, or make it again from the recovery key."
    )


def _seal_all(store: Store, seal: RegisterSeal, state: SealState) -> None:
    """Seal what is plain, and seal anew what has an older key; each step may be repeated."""
    key = seal.keys.site.current
    seal.stage = state.stage
    if state.stage is SealStage.SEALED:
        seal.stage = SealStage.ROTATING
        state = _write(store, state, key, SealStage.ROTATING)
    seal.keys.rewrap()
    for kind in SEALED:
        store.rewrite(kind, seal.sealed_anew)
    had_copy = store.forget_copies()
    _write(store, state, key, SealStage.SEALED)
    seal.stage = SealStage.SEALED
    if had_copy:
        _log.warning(
            "Faces, addresses and codes in the register are sealed with the site's key now. The copy from "
            "before was deleted, because everything in it was plain."
        )


def _write(store: Store, state: SealState, key: SiteKey, stage: SealStage) -> SealState:
    """Write the next state; if another process did so meanwhile, what it wrote."""
    new = state_with(key, state.register_id, stage)
    new = replace(new, confirmed=state.confirmed, version=state.version + 1)
    return new if store.replace_seal_state(new) else store.seal_state() or new


def state_with(key: SiteKey, register_id: str, stage: SealStage) -> SealState:
    """The first state with this key."""
    state = SealState(register_id, key.id.hex(), stage, key_check="")
    check = key.records.seal(b"the site's key", _place_of_check(state), key.id)
    return replace(state, key_check=base64.b64encode(check).decode())


def _place_of_check(state: SealState) -> bytes:
    return place_of("sealing", state.register_id, state.key_id, state.stage.value)
