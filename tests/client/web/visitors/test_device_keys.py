"""A device is proven by a signature of this grant and this photo, and by nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from client.problems.refusals import RefusedError, RequestProblem
from client.web.grants import Grant
from client.web.parsing.upload import PROVEN, PhotoForm
from client.web.visitors.device_keys import proven_device
from tests.client.device_key import DeviceKey, base64url

GRANT = Grant("general|2026-03-02", "a-grant", datetime(2026, 3, 2, 9, 7, tzinfo=UTC))
PHOTO = b"the bytes of a photo"
KEY, ANOTHER = DeviceKey(), DeviceKey()


def form(key: str, signature: str, image: bytes | None = PHOTO) -> PhotoForm:
    return PhotoForm({"key": key, "signature": signature}, image)


def device(
    key: DeviceKey, grant_id: str = GRANT.id, signed: bytes = PHOTO, sent: bytes = PHOTO
) -> str | None:
    return proven_device(form(key.text, key.sign(grant_id, signed), sent), GRANT)


def test_a_key_is_the_same_device_at_each_check_in() -> None:
    first = device(KEY)
    assert first is not None
    assert first.startswith(PROVEN)
    later = Grant("general|2026-03-03", "another-grant", GRANT.expires_at)
    again = proven_device(form(KEY.text, KEY.sign(later.id, b"another photo"), b"another photo"), later)
    assert again == first
    assert device(ANOTHER) not in (None, first)


def test_a_signature_of_another_photo_grant_or_key_proves_nothing() -> None:
    assert device(KEY, sent=b"another photo") is None
    assert device(KEY, grant_id="another-grant") is None
    assert proven_device(form(KEY.text, ANOTHER.sign(GRANT.id, PHOTO)), GRANT) is None


def test_without_key_and_signature_nothing_is_proven() -> None:
    assert proven_device(PhotoForm({}, PHOTO), GRANT) is None
    assert proven_device(form("", ""), GRANT) is None


@pytest.mark.parametrize(
    ("key", "signature"),
    [
        pytest.param(KEY.text, "", id="no signature"),
        pytest.param("", KEY.sign(GRANT.id, PHOTO), id="no key"),
        pytest.param(KEY.text, KEY.sign(GRANT.id, PHOTO)[:-2], id="a cut signature"),
        pytest.param(KEY.text + "=", KEY.sign(GRANT.id, PHOTO), id="padding"),
        pytest.param(KEY.text[:-4], KEY.sign(GRANT.id, PHOTO), id="a cut key"),
        pytest.param("A" * 5, KEY.sign(GRANT.id, PHOTO), id="no base64"),
        pytest.param(base64url(bytes(91)), KEY.sign(GRANT.id, PHOTO), id="zeros"),
        pytest.param(DeviceKey(ec.SECP384R1()).text, KEY.sign(GRANT.id, PHOTO), id="another curve"),
        pytest.param("A" * 100_000, KEY.sign(GRANT.id, PHOTO), id="much too long"),
    ],
)
def test_what_is_no_key_or_no_signature_is_refused(key: str, signature: str) -> None:
    with pytest.raises(RefusedError) as caught:
        proven_device(form(key, signature), GRANT)
    assert caught.value.problem is RequestProblem.BAD_FORM


@given(st.text(max_size=200), st.text(max_size=100))
def test_whatever_is_sent_is_refused_or_proves_nothing(key: str, signature: str) -> None:
    with suppress(RefusedError):
        assert proven_device(form(key, signature), GRANT) is None


@given(st.binary(min_size=64, max_size=64))
def test_no_other_64_bytes_are_a_signature(raw: bytes) -> None:
    assert proven_device(form(KEY.text, base64url(raw)), GRANT) is None


def test_no_phone_can_name_itself_as_a_proven_one() -> None:
    assert PhotoForm({"device": f"{PROVEN}abc"}, None).device is None
    assert PhotoForm({"device": "abc"}, None).device == "abc"
