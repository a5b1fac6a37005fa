"""Second factors: authenticator apps and recovery codes, without any page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from attendance.accounts import totp
from attendance.accounts.accounts import Accounts
from attendance.accounts.errors import AccountError, LoginDelayedError, LoginRefusedError, UserNotFoundError
from attendance.accounts.login_attempts import Visitor
from attendance.accounts.passwords import Passwords
from attendance.accounts.second_factors import RECOVERY_CODES, SecondFactors, is_code
from attendance.store.protocol import Store
from attendance.values import Role, User
from tests.attendance.authenticator_app import AuthenticatorApp
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.frozen_clock import FrozenClock

GOOD, SHORT = "chalk and slate", "a sponge, wet"
SECRET, OTHER_SECRET = b"a secret of thirty-two characters", b"the secret of another site"
FULL_WIDTH = "\uff11\uff12\uff13\uff14\uff15\uff16"  # digits, and not of ASCII
THERE = Visitor("203.0.113.5")
RFC_SECRET = b"12345678901234567890"
# RFC 6238, appendix B, SHA1; the last six of eight digits.
RFC_CODES = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924"}


@pytest.fixture
def accounts(store: Store, clock: FrozenClock) -> Accounts:
    return Accounts(store, clock, Passwords(CHEAP))


@pytest.fixture
def factors(store: Store, clock: FrozenClock) -> SecondFactors:
    return SecondFactors(store, clock, lambda: SECRET)


@pytest.fixture
def user(accounts: Accounts) -> User:
    return accounts.add("grace", "Grace Hopper", Role.TEACHER, password=GOOD)


def set_up(factors: SecondFactors, user: User, clock: FrozenClock) -> tuple[AuthenticatorApp, list[str]]:
    """The app and the recovery codes; the code that confirmed the app is used up."""
    offer = factors.offer(user)
    app = AuthenticatorApp(offer.typed, clock)
    codes = factors.add(user.id, offer.sealed, app.shows())
    clock.advance(seconds=totp.STEP)
    return app, codes


@pytest.mark.parametrize(("moment", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, moment) == code
    assert totp.step_of(RFC_SECRET, code, now=moment, after=0) == moment // 30


def test_an_app_scans_what_it_needs(factors: SecondFactors, user: User) -> None:
    offer = factors.offer(user)
    assert offer.address.startswith("otpauth://totp/Attendance:grace?")
    assert f"secret={offer.typed.replace(' ', '')}" in offer.address
    again = factors.offer(user, offer.sealed)
    assert (again.address, again.typed) == (offer.address, offer.typed)
    assert factors.offer(user).typed != offer.typed


def test_a_code_works_once(factors: SecondFactors, user: User, clock: FrozenClock) -> None:
    app, _ = set_up(factors, user, clock)
    code = app.shows()
    assert factors.check(user.id, code, THERE).id == user.id
    with pytest.raises(LoginRefusedError):
        factors.check(user.id, code, THERE)
    clock.advance(seconds=totp.STEP)
    assert factors.check(user.id, app.shows(), THERE)


def test_the_code_that_confirms_the_app_is_used_up(
    factors: SecondFactors, user: User, clock: FrozenClock
) -> None:
    offer = factors.offer(user)
    code = AuthenticatorApp(offer.typed, clock).shows()
    factors.add(user.id, offer.sealed, code)
    with pytest.raises(LoginRefusedError):
        factors.check(user.id, code, THERE)


def test_of_many_who_send_one_code_at_once_one_is_accepted(
    factors: SecondFactors, user: User, clock: FrozenClock
) -> None:
    app, codes = set_up(factors, user, clock)
    for code in (app.shows(), codes[0]):

        def accepted(number: int, code: str = code) -> bool:
            try:
                factors.check(user.id, code, Visitor("203.0.113.5", trusted=f"browser-{number}"))
            except LoginRefusedError:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(accepted, range(6))) == 1


@pytest.mark.parametrize(("ahead", "fits"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_one_step_wrong(
    factors: SecondFactors,
    user: User,
    clock: FrozenClock,
    ahead: float,
    fits: bool,  # noqa: FBT001
) -> None:
    app, _ = set_up(factors, user, clock)
    clock.advance(seconds=300)
    if fits:
        assert factors.check(user.id, app.shows(ahead=ahead), THERE)
    else:
        with pytest.raises(LoginRefusedError):
            factors.check(user.id, app.shows(ahead=ahead), THERE)


def test_a_code_may_have_spaces(factors: SecondFactors, user: User, clock: FrozenClock) -> None:
    app, codes = set_up(factors, user, clock)
    code = app.shows()
    assert factors.check(user.id, f" {code[:3]} {code[3:]} ", THERE)
    assert factors.check(user.id, codes[3].replace("-", " ").upper(), THERE)


def test_guessing_codes_is_slowed_down(factors: SecondFactors, user: User, clock: FrozenClock) -> None:
    app, _ = set_up(factors, user, clock)
    for guess in ("000000", "111111", "222222", "333333", "444444"):
        with pytest.raises(LoginRefusedError):
            factors.check(user.id, guess, THERE)
        clock.advance(milliseconds=1)
    with pytest.raises(LoginDelayedError):
        factors.check(user.id, app.shows(), THERE)
    clock.advance(seconds=1)
    assert factors.check(user.id, app.shows(), THERE)


def test_a_right_password_does_not_reset_the_count_of_wrong_codes(
    factors: SecondFactors, accounts: Accounts, user: User, clock: FrozenClock
) -> None:
    set_up(factors, user, clock)
    for guess in range(5):
        accounts.log_in("grace", GOOD, THERE)
        with pytest.raises(LoginRefusedError):
            factors.check(user.id, f"00000{guess}", THERE)
        clock.advance(milliseconds=1)
    with pytest.raises(LoginDelayedError):
        factors.check(user.id, "000009", THERE)


def test_ten_recovery_codes_work_once_each_and_are_stored_as_digests(
    factors: SecondFactors, user: User, clock: FrozenClock, store: Store
) -> None:
    _, codes = set_up(factors, user, clock)
    assert len(set(codes)) == RECOVERY_CODES == 10
    assert all(re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", code) for code in codes)
    stored = store.user(user.id)
    assert stored is not None
    assert stored.second_factor is not None
    assert not {*codes, *(code.replace("-", "") for code in codes)} & {*stored.second_factor.recovery}
    for left, code in zip(range(9, -1, -1), codes, strict=True):
        used = factors.check(user.id, code, THERE).second_factor
        assert used is not None
        assert len(used.recovery) == left
        with pytest.raises(LoginRefusedError):
            factors.check(user.id, code, THERE)
        clock.advance(seconds=130)


def test_new_recovery_codes_replace_the_earlier_ones(
    factors: SecondFactors, user: User, clock: FrozenClock
) -> None:
    app, codes = set_up(factors, user, clock)
    new = factors.new_recovery_codes(user.id)
    with pytest.raises(LoginRefusedError):
        factors.check(user.id, codes[0], THERE)
    assert factors.check(user.id, new[0], THERE)
    assert factors.check(user.id, app.shows(), THERE), "the app still works"


def test_who_has_no_second_factor_has_no_codes(factors: SecondFactors, user: User) -> None:
    for code in ("", "000000", "aaaa-bbbb-cccc-dddd"):
        with pytest.raises(LoginRefusedError):
            factors.check(user.id, code, THERE)
    with pytest.raises(AccountError):
        factors.new_recovery_codes(user.id)
    for unknown in (factors.remove, factors.new_recovery_codes):
        with pytest.raises(UserNotFoundError):
            unknown("nobody")
    with pytest.raises(UserNotFoundError):
        factors.check("nobody", "000000", THERE)


@pytest.mark.parametrize("code", ["", "000000", "not a code", FULL_WIDTH])
def test_an_app_is_added_only_with_its_first_code(factors: SecondFactors, user: User, code: str) -> None:
    offer = factors.offer(user)
    with pytest.raises(AccountError, match="doesn't match"):
        factors.add(user.id, offer.sealed, code)


def test_an_offer_is_one_users(
    factors: SecondFactors, user: User, accounts: Accounts, clock: FrozenClock
) -> None:
    other = accounts.add("eileen", "Eileen Collins", Role.TEACHER, password=GOOD)
    offer = factors.offer(user)
    with pytest.raises(AccountError):
        factors.add(other.id, offer.sealed, AuthenticatorApp(offer.typed, clock).shows())
    with pytest.raises(AccountError):
        factors.add(user.id, "forged", AuthenticatorApp(offer.typed, clock).shows())


def test_the_secret_is_encrypted_in_the_database(
    factors: SecondFactors, user: User, clock: FrozenClock, store: Store
) -> None:
    app, codes = set_up(factors, user, clock)
    stored = store.user(user.id)
    assert stored is not None
    assert stored.second_factor is not None
    assert totp.Seal.of_site(SECRET).open(stored.second_factor.sealed, user.id) is not None
    assert totp.Seal.of_site(SECRET).open(stored.second_factor.sealed, "another user") is None
    assert totp.Seal.of_site(OTHER_SECRET).open(stored.second_factor.sealed, user.id) is None
    elsewhere = SecondFactors(store, clock, lambda: OTHER_SECRET)  # where the site's secret was lost
    with pytest.raises(LoginRefusedError):
        elsewhere.check(user.id, app.shows(), THERE)
    assert elsewhere.check(user.id, codes[0], THERE)


def test_a_shorter_password_is_enough_beside_a_second_factor(
    factors: SecondFactors, accounts: Accounts, user: User, clock: FrozenClock
) -> None:
    with pytest.raises(AccountError, match="at least 15"):
        accounts.set_password(user.id, SHORT)
    set_up(factors, user, clock)
    changed = accounts.set_password(user.id, SHORT)
    assert (changed.strong_password, changed.is_weak) == (False, False)
    assert factors.remove(user.id).is_weak
    assert not accounts.set_password(user.id, GOOD).is_weak


def test_a_code_of_an_app_is_never_mistaken_for_a_password() -> None:
    assert is_code(" 123 456 ")
    assert not any(map(is_code, ("", "12345", "1234567", "12345a", FULL_WIDTH)))
