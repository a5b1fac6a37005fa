"""The site's key can be changed; an interruption at any step loses nothing, and the next call goes on."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from attendance.errors import SiteKeyError, StoreUnavailableError
from attendance.sealing.data_keys import PERSON, DataKeys
from attendance.sealing.key_sources import FILE_NAME, find_keys
from attendance.sealing.opening import open_sealed_store, turn_of
from attendance.sealing.recovery import key_of, recovery_key
from attendance.sealing.rotating import rotate
from attendance.sealing.site_keys import SiteKey
from attendance.settings.settings import Settings
from attendance.store.open_store import KEYS_NAME
from attendance.store.sqlite.sealing.student_keys import SQLiteStudentKeys
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.sealing.test_sealed_register import write
from tests.attendance.store.builders import embedding, portrait, session, template


def fill(settings: Settings) -> np.ndarray:
    """A register whose template is turned, as a pipeline's are; returns the embedding."""
    plain = embedding(3)
    with closing(open_sealed_store(settings)) as store:
        write(store)
        turned = turn_of(store).turned(plain)
        store.replace_templates("s1", [template("t1", embedding=turned)])
    return plain


def assert_readable(settings: Settings, plain: np.ndarray) -> None:
    with closing(open_sealed_store(settings)) as store:
        [found] = store.templates()
        assert np.abs(turn_of(store).undone(found.embedding) - plain).max() < 1e-5
        assert store.session(session().id) == session()
        assert [each.id for each in store.jobs_of_session(session().id)] == ["1".rjust(32, "0")]
        found_portrait = store.portrait_of("s1")
        assert found_portrait is not None
        assert found_portrait.source == portrait("s1").source


def test_everything_is_sealed_and_turned_with_the_new_key(settings: Settings) -> None:
    plain = fill(settings)
    before = find_keys(settings, create=False).current
    done = rotate(settings)
    after = find_keys(settings, create=False)
    assert (done.before, done.now, done.went_on) == (before.id.hex(), after.current.id.hex(), False)
    assert len(after.all) == 1
    assert_readable(settings, plain)
    with closing(open_sealed_store(settings)) as store:
        [found] = store.templates()
        assert abs(float(before.turn.turned(plain) @ found.embedding)) < 0.5, "the former one is a stranger"
    (settings.config / "site-key").write_text(before.secret.hex() + "\n")
    with pytest.raises(SiteKeyError, match="is sealed with the site's key"):
        open_sealed_store(settings)


def test_no_former_key_is_in_any_byte_beside_the_new_ones(settings: Settings) -> None:
    fill(settings)
    [path] = settings.keys_folder.glob(KEYS_NAME.format(register_id="*"))

    def wrapped() -> dict[str, bytes]:
        with closing(SQLiteStudentKeys(path)) as keys:
            return dict(keys.all())

    def left(keys: Iterable[bytes]) -> list[bytes]:
        everything = b"".join(each.read_bytes() for each in settings.keys_folder.iterdir())
        return [key for key in keys if key in everything]

    before = wrapped()
    assert left(before.values()) == list(before.values())
    assert PERSON + "s1" in before
    rotate(settings)
    assert left(before.values()) == []
    with closing(open_sealed_store(settings)) as store:
        store.remove_student("s1")
    assert PERSON + "s1" not in wrapped()
    assert left(before.values()) == []


def test_nothing_is_changed_while_a_server_has_the_register_open(settings: Settings) -> None:
    plain = fill(settings)
    before = (settings.keys_folder / FILE_NAME).read_bytes()
    with (
        closing(open_sealed_store(settings)),
        pytest.raises(StoreUnavailableError, match="Stop the server and all commands"),
    ):
        rotate(settings)
    assert (settings.keys_folder / FILE_NAME).read_bytes() == before
    assert not rotate(settings).went_on
    assert_readable(settings, plain)


@pytest.mark.parametrize("step", range(1, 12))
def test_an_interrupted_change_goes_on(
    step: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = fill(settings)
    left = [step]

    def die() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        for owner, name in (
            (SQLiteStore, "rewrite"),
            (DataKeys, "rewrap"),
            (SQLiteStore, "replace_seal_state"),
        ):
            patch.setattr(owner, name, interrupted(getattr(owner, name), die))
        with pytest.raises(KeyboardInterrupt):
            rotate(settings)
    if step % 2:  # a server may be started before the command is typed again
        assert_readable(settings, plain)
    assert rotate(settings).went_on
    assert len(find_keys(settings, create=False).all) == 1
    assert_readable(settings, plain)


def interrupted(method: object, die: object) -> object:
    def call(*given: object) -> object:
        die()  # type: ignore[operator]
        return method(*given)  # type: ignore[operator]

    return call


@pytest.mark.parametrize(
    "key", [SiteKey(bytes(32)), SiteKey(b"\xff" * 32), SiteKey.new()], ids=["first", "last", "new"]
)
def test_a_recovery_key_is_typed_in_any_grouping_and_slips_are_noticed(key: SiteKey) -> None:
    text = recovery_key(key)
    assert key_of(text).secret == key.secret
    assert key_of(text.lower().replace("-", " ")).secret == key.secret
    for place, letter in enumerate(text):
        if letter != "-":
            other = "A" if letter != "A" else "B"
            with pytest.raises(SiteKeyError, match="not a recovery key"):
                key_of(text[:place] + other + text[place + 1 :])
    with pytest.raises(SiteKeyError, match="20 were typed"):
        key_of(text[:24])


def test_a_register_of_another_site_is_refused(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    other = Settings(config=tmp_path / "other", models=tmp_path, data=tmp_path / "elsewhere")
    open_sealed_store(other).close()
    stolen = Settings(config=other.config, models=tmp_path, data=settings.data)
    with pytest.raises(SiteKeyError, match="is sealed with the site's key"):
        open_sealed_store(stolen)
