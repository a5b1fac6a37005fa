"""The site's key in a keyring, behind a passphrase or in a file, and on the way from one to another."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from attendance.errors import SiteKeyError
from attendance.sealing.key_sources import asks_a_person, find_keys, where_the_key_is
from attendance.sealing.moving import left_behind, move_key
from attendance.sealing.opening import began_sealing, open_sealed_store
from attendance.sealing.places import key_by_passphrase, key_in_keyring, keyring_backend, place_note
from attendance.sealing.places.key_by_passphrase import GuessCosts, KeyByPassphrase
from attendance.sealing.places.keyring_backend import quiet_backend, within
from attendance.sealing.places.passphrases import passphrase
from attendance.sealing.recovery import recovery_key
from attendance.sealing.rotating import restore, rotate
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.settings import Settings
from attendance.trial import settings_to_try
from tests.attendance.sealing.fake_keyring import FileKeyring

WORDS = "four quiet paper boats"
CHEAP = GuessCosts(1, 64, 1)


@pytest.fixture
def system_keyring(tmp_path: Path) -> Iterator[FileKeyring]:
    """The keyring of the system, which is a file here."""
    before, fake = keyring.get_keyring(), FileKeyring(tmp_path / "keyring.json")
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


@pytest.fixture
def with_passphrase(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site that reads its passphrase from a file; deriving is cheap, and nothing is remembered yet."""
    monkeypatch.setattr(key_by_passphrase, "_opened", {})
    monkeypatch.setattr(
        key_by_passphrase, "GuessCosts", lambda *given: GuessCosts(*given) if given else CHEAP
    )
    (tmp_path / "passphrase").write_text(f"{WORDS}\n")
    return replace(settings, passphrase_file=str(tmp_path / "passphrase"))


def forget_the_passphrase() -> None:
    """As in a new process."""
    key_by_passphrase._opened.clear()


def test_a_new_site_has_its_key_in_the_keyring_and_says_so(
    settings: Settings, system_keyring: FileKeyring
) -> None:
    store = open_sealed_store(settings, may_use_keyring=True)
    assert began_sealing(store)
    store.close()
    secret = find_keys(settings, create=False).current.secret.hex()
    assert list(system_keyring.entries().values()) == [f"{secret}\n"]
    assert "keyring" in where_the_key_is(settings)
    for path in (*settings.config.iterdir(), *settings.data.rglob("*.sqlite3")):
        assert secret.encode() not in path.read_bytes()
    again = open_sealed_store(settings, may_use_keyring=True)
    assert not began_sealing(again)
    again.close()


def test_benchmarks_demos_and_dry_runs_leave_nothing_in_the_keyring(
    settings: Settings, system_keyring: FileKeyring
) -> None:
    open_sealed_store(settings).close()
    assert (settings.config / "site-key").is_file()
    other = replace(settings, data=settings.data.parent / "new", config=settings.config.parent / "new-keys")
    with settings_to_try(other) as tried:
        open_sealed_store(tried, may_use_keyring=True).close()
    assert system_keyring.entries() == {}


@pytest.mark.parametrize("substitute", [fail.Keyring, null.Keyring], ids=["fail", "null"])
def test_without_a_real_keyring_the_key_is_in_a_file_and_the_sentence_says_what_that_means(
    settings: Settings, system_keyring: FileKeyring, substitute: Callable[[], keyring.backend.KeyringBackend]
) -> None:
    keyring.set_keyring(substitute())
    open_sealed_store(settings, may_use_keyring=True).close()
    assert (settings.config / "site-key").is_file()
    assert "unless the disk is encrypted" in where_the_key_is(settings)
    assert not system_keyring.path.exists()


def test_a_keyring_that_is_locked_forgets_or_has_little_priority_is_not_chosen(
    settings: Settings, system_keyring: FileKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    system_keyring.forgets = True
    open_sealed_store(settings, may_use_keyring=True).close()
    assert (settings.config / "site-key").is_file()
    monkeypatch.setattr(FileKeyring, "priority", 0.5)
    assert quiet_backend() is None


def test_a_keyring_that_does_not_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()
    monkeypatch.setattr(keyring_backend, "PROBE_SECONDS", 0.01)
    monkeypatch.setattr(keyring_backend, "real_backend", hangs.wait)
    assert quiet_backend() is None
    with pytest.raises(SiteKeyError, match="no answer"):
        within(0.01, hangs.wait)
    hangs.set()


def test_a_locked_keyring_and_a_lost_entry_end_the_start_with_a_sentence(
    settings: Settings, system_keyring: FileKeyring
) -> None:
    open_sealed_store(settings, may_use_keyring=True).close()
    system_keyring.is_locked = True
    with pytest.raises(SiteKeyError, match=r"locked.*unlock the keyring"):
        open_sealed_store(settings)
    system_keyring.is_locked = False
    system_keyring.path.unlink()
    with pytest.raises(SiteKeyError, match="the site's key is missing"):
        open_sealed_store(settings, may_use_keyring=True)
    assert system_keyring.entries() == {}, "no new key for a sealed register"


def test_the_passphrase_opens_the_key_and_another_one_does_not(with_passphrase: Settings) -> None:
    settings = replace(with_passphrase, site_key="passphrase")
    open_sealed_store(settings).close()
    secret = find_keys(settings, create=False).current.secret
    kept = settings.config / "site-key.sealed"
    assert secret.hex() not in kept.read_text()
    assert not (settings.config / "site-key").exists()
    forget_the_passphrase()
    assert find_keys(replace(settings, site_key=None), create=False).current.secret == secret, "it is noted"
    forget_the_passphrase()
    Path(str(settings.passphrase_file)).write_text("four quiet paper goats")
    with pytest.raises(SiteKeyError, match="The passphrase is wrong"):
        open_sealed_store(settings)


@pytest.mark.parametrize(
    "change", [{"rounds": 2}, {"salt": "AAAAAAAAAAAAAAAAAAAAAA=="}, {"memory": 2**40}, {"form": 2}]
)
def test_a_changed_file_is_not_opened(with_passphrase: Settings, change: dict[str, object]) -> None:
    settings = replace(with_passphrase, site_key="passphrase")
    find_keys(settings, create=True)
    forget_the_passphrase()
    path = settings.config / "site-key.sealed"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(SiteKeyError, match=r"wrong|damaged"):
        find_keys(settings, create=False)


def test_a_process_asks_for_the_passphrase_once(tmp_path: Path) -> None:
    asked = []

    def give(*, is_new: bool) -> str:
        asked.append(is_new)
        return WORDS

    keys = SiteKeys([SiteKey.new()])
    KeyByPassphrase(tmp_path, give, CHEAP).write(keys)
    forget_the_passphrase()
    for _ in range(3):
        found = KeyByPassphrase(tmp_path, give, CHEAP).read()
        assert found is not None
        assert found.current.secret == keys.current.secret
    assert asked == [True, False]


@pytest.mark.server
def test_the_passphrase_comes_from_a_person_a_file_or_a_command(tmp_path: Path) -> None:
    typed = iter([WORDS, WORDS, WORDS, "another one", WORDS])
    ask = lambda _prompt: next(typed)  # noqa: E731
    assert passphrase(None, is_new=True, ask=ask) == WORDS
    with pytest.raises(SiteKeyError, match="differ"):
        passphrase(None, is_new=True, ask=ask)
    assert passphrase(None, is_new=False, ask=ask) == WORDS
    with pytest.raises(SiteKeyError, match="too short: 5 of at least 12"):
        passphrase(None, is_new=True, ask=lambda _prompt: "short")
    (tmp_path / "words").write_text(f"{WORDS}\r\n")
    assert passphrase(str(tmp_path / "words"), is_new=True) == WORDS
    assert passphrase(f"command:cat '{tmp_path / 'words'}'", is_new=False) == WORDS
    with pytest.raises(SiteKeyError, match="can't be read"):
        passphrase(str(tmp_path / "missing"), is_new=False)
    with pytest.raises(SiteKeyError, match="didn't give the passphrase"):
        passphrase("command:false", is_new=False)
    (tmp_path / "words").write_text("\n")
    with pytest.raises(SiteKeyError, match="empty"):
        passphrase(str(tmp_path / "words"), is_new=False)


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SiteKeyError, match="no terminal to ask"):
        passphrase(None, is_new=False)
    assert asks_a_person(replace(settings, site_key="passphrase"))
    assert not asks_a_person(replace(settings, site_key="passphrase", passphrase_file="/dev/fd/3"))
    assert not asks_a_person(settings)


def test_the_key_moves_from_place_to_place_and_is_in_one_only(
    with_passphrase: Settings, system_keyring: FileKeyring
) -> None:
    settings = with_passphrase
    open_sealed_store(settings).close()
    secret = find_keys(settings, create=False).current.secret
    plain, sealed = settings.config / "site-key", settings.config / "site-key.sealed"
    for to in ("keyring", "passphrase", "file", "passphrase", "keyring", "file"):
        move_key(settings, to)
        forget_the_passphrase()
        assert find_keys(settings, create=False).current.secret == secret
        there = {
            "file": plain.exists(),
            "passphrase": sealed.exists(),
            "keyring": bool(system_keyring.entries()),
        }
        assert [each for each, is_there in there.items() if is_there] == [to]
    assert not (settings.config / "site-key.place").exists()


@pytest.mark.parametrize("to", ["keyring", "passphrase"])
@pytest.mark.parametrize("step", range(1, 6))
def test_an_interrupted_move_goes_on(
    to: str,
    step: int,
    with_passphrase: Settings,
    system_keyring: FileKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, left = with_passphrase, [step]
    open_sealed_store(settings).close()
    secret = find_keys(settings, create=False).current.secret

    def dying(method: object) -> object:
        def call(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return method(*given, **named)  # type: ignore[operator]

        return call

    with monkeypatch.context() as patch:
        for owner, name in (
            ("attendance.sealing.moving", "write_note"),
            ("attendance.sealing.places.key_in_keyring", "write_note"),
        ):
            patch.setattr(f"{owner}.{name}", dying(place_note.write_note))
        for name in ("write", "read", "delete"):
            patch.setattr(KeyByPassphrase, name, dying(getattr(KeyByPassphrase, name)))
            patch.setattr(
                key_in_keyring.KeyInKeyring, name, dying(getattr(key_in_keyring.KeyInKeyring, name))
            )
        try:
            move_key(settings, to)
        except KeyboardInterrupt:
            assert find_keys(settings, create=False).current.secret == secret
    move_key(settings, to)
    assert find_keys(settings, create=False).current.secret == secret
    assert not (settings.config / "site-key").exists()
    assert not left_behind(settings)


def test_a_place_that_does_not_give_the_key_back_gets_none(
    settings: Settings, system_keyring: FileKeyring
) -> None:
    open_sealed_store(settings).close()
    system_keyring.forgets = True
    with pytest.raises(SiteKeyError, match="can't be read back"):
        move_key(settings, "keyring")
    assert (settings.config / "site-key").is_file()
    open_sealed_store(settings).close()


def test_what_an_interrupted_move_left_is_noticed(settings: Settings, system_keyring: FileKeyring) -> None:
    open_sealed_store(settings).close()
    before = (settings.config / "site-key").read_text()
    move_key(settings, "keyring")
    assert not left_behind(settings)
    (settings.config / "site-key").write_text(before)
    assert left_behind(settings)
    move_key(settings, "keyring")
    assert not left_behind(settings)


def test_a_setting_that_names_another_place_is_not_overruled(settings: Settings) -> None:
    open_sealed_store(settings).close()
    named = replace(settings, site_key=f"file:{settings.config / 'site-key'}")
    with pytest.raises(SiteKeyError, match="it is moved there"):
        move_key(named, "passphrase")
    with pytest.raises(SiteKeyError, match="ATTENDANCE_SITE_KEY is passphrase"):
        move_key(replace(settings, site_key="passphrase"), "keyring")
    derived = replace(settings, mongodb_uri="mongodb://localhost", secret="s" * 32)
    with pytest.raises(SiteKeyError, match="ATTENDANCE_SECRET"):
        move_key(derived, "keyring")


@pytest.mark.parametrize("to", ["keyring", "passphrase"])
def test_the_key_is_changed_where_it_is(
    to: str, with_passphrase: Settings, system_keyring: FileKeyring
) -> None:
    settings = with_passphrase
    open_sealed_store(settings).close()
    move_key(settings, to)
    before = find_keys(settings, create=False).current.secret
    rotate(settings)
    forget_the_passphrase()
    assert [each.secret != before for each in find_keys(settings, create=False).all] == [True]
    assert not (settings.config / "site-key").exists()


def test_a_dry_run_reads_the_key_where_it_is(with_passphrase: Settings, system_keyring: FileKeyring) -> None:
    settings = with_passphrase
    open_sealed_store(settings).close()
    for place in ("keyring", "passphrase"):
        move_key(settings, place)
        with settings_to_try(settings) as tried:
            open_sealed_store(tried).close()
        assert not (settings.config / "site-key").exists()


def test_a_lost_passphrase_is_replaced_with_the_recovery_key(with_passphrase: Settings) -> None:
    settings = replace(with_passphrase, site_key="passphrase")
    open_sealed_store(settings).close()
    key = find_keys(settings, create=False).current
    kept = settings.config / "site-key.sealed"
    before = kept.read_bytes()
    forget_the_passphrase()
    file = Path(str(settings.passphrase_file))
    file.write_text("four quiet paper goats")
    with pytest.raises(SiteKeyError, match="passphrase is wrong"):
        find_keys(settings, create=False)
    put_back = restore(settings, recovery_key(key))
    assert put_back.aside is not None
    assert put_back.aside.read_bytes() == before
    forget_the_passphrase()
    assert find_keys(settings, create=False).current.secret == key.secret


def test_a_key_whose_passphrase_cannot_be_asked_for_stays_where_it_is(with_passphrase: Settings) -> None:
    settings = replace(with_passphrase, site_key="passphrase")
    open_sealed_store(settings).close()
    key, kept = find_keys(settings, create=False).current, settings.config / "site-key.sealed"
    before = kept.read_bytes()
    forget_the_passphrase()
    Path(str(settings.passphrase_file)).unlink()
    with pytest.raises(SiteKeyError):
        restore(settings, recovery_key(key))
    assert kept.read_bytes() == before
    assert [path.name for path in settings.config.glob("site-key.sealed*")] == ["site-key.sealed"]
