"""What was changed is refused, whatever was changed; what was issued is read as it was."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.audit.receipts.certificate import certificate_of
from attendance.audit.receipts.findings import ReceiptFinding
from attendance.audit.receipts.letters import ALPHABET, bare
from attendance.audit.receipts.reading import verify
from attendance.audit.receipts.receipt import EARLIEST, Receipt, line_of, text_of
from attendance.audit.receipts.signing import ReceiptKeys, key_text, read_key
from attendance.store.erasure import Erasure
from attendance.values import MarkStatus

KEYS, OTHERS = ReceiptKeys(b"1" * 32), ReceiptKeys(b"2" * 32)
AT = datetime(2026, 11, 30, 9, 2, tzinfo=timezone(timedelta(hours=1)))
RECEIPT = Receipt(MarkStatus.LATE, AT, KEYS.session("general|2026-11-30"), KEYS.student("general", "s1"))
LINE, TEXT = line_of(RECEIPT, KEYS), text_of(RECEIPT, KEYS)
CERTIFICATE = certificate_of(Erasure(marks=3, templates=2), AT, "12-0A1B-2C3D-4E5F-6789", KEYS)

# No deadline, as the machine may be busy.
EXAMPLES = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
receipts = st.builds(
    Receipt,
    status=st.sampled_from((MarkStatus.PRESENT, MarkStatus.LATE)),
    at=st.integers(0, 2**25 - 1).map(lambda minutes: EARLIEST + timedelta(minutes=minutes)),
    session=st.text(ALPHABET, min_size=6, max_size=6),
    student=st.text(ALPHABET, min_size=6, max_size=6),
)


@EXAMPLES
@given(receipts, st.integers(-14 * 60, 14 * 60))
def test_both_forms_say_what_was_issued(receipt: Receipt, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    local = Receipt(receipt.status, receipt.at.astimezone(zone), receipt.session, receipt.student)
    for form in (line_of(local, KEYS), text_of(local, KEYS)):
        found = verify(form, KEYS.public_key, KEYS)
        assert found.finding is ReceiptFinding.RECEIPT
        assert found.receipt == receipt  # times in two zones are equal at the same moment
    assert len(line_of(local, KEYS)) == 7 * 6 + 6
    assert len(text_of(local, KEYS)) <= 195, "as many as fit into a QR code of 41 modules"


@EXAMPLES
@given(st.data())
def test_a_changed_character_of_a_line_is_found_in_its_group(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([at for at, each in enumerate(LINE) if each != "-"]))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda each: each != LINE[place]))
    found = verify(LINE[:place] + other + LINE[place + 1 :], KEYS.public_key, KEYS)
    assert (found.finding, found.group) == (ReceiptFinding.DAMAGED, LINE[:place].count("-") + 1)


@EXAMPLES
@given(st.data())
def test_exchanged_characters_and_groups_are_found(data: st.DataObject) -> None:
    groups = LINE.split("-")
    one, two = data.draw(st.lists(st.integers(0, 6), min_size=2, max_size=2, unique=True))
    groups[one], groups[two] = groups[two], groups[one]
    assert verify("-".join(groups), KEYS.public_key, KEYS).group == min(one, two) + 1
    groups = LINE.split("-")
    place = data.draw(st.integers(0, 4))
    letters = list(groups[one])
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    groups[one] = "".join(letters)
    if groups != LINE.split("-"):
        assert verify("-".join(groups), KEYS.public_key, KEYS).group == one + 1


@EXAMPLES
@given(st.data())
def test_a_changed_character_of_a_text_is_refused(data: st.DataObject) -> None:
    for text in (TEXT, CERTIFICATE):
        place = data.draw(st.sampled_from([at for at, each in enumerate(text) if not each.isspace()]))
        same = (text[place].upper(), text[place].lower())
        other = data.draw(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=same))
        changed = text[:place] + other + text[place + 1 :]
        assert not verify(changed, KEYS.public_key, KEYS).is_genuine
        assert not verify(text[:place] + text[place + 1 :], KEYS.public_key, KEYS).is_genuine


@EXAMPLES
@given(st.one_of(st.text(max_size=300), st.text(ALPHABET + "-oil ", max_size=60), st.just("A" * 100_000)))
def test_anything_else_is_refused_without_an_error(text: str) -> None:
    assert not verify(text, KEYS.public_key, KEYS).is_genuine
    assert not verify(f"ATTENDANCE RECEIPT {text}", KEYS.public_key, KEYS).is_genuine
    assert not verify(f"ATTENDANCE ERASURE {text}", KEYS.public_key, KEYS).is_genuine


def test_how_a_line_is_typed_does_not_matter() -> None:
    typed = LINE.lower().replace("0", "o").replace("1", "l").replace("-", "  ")
    assert verify(typed, KEYS.public_key, KEYS).finding is ReceiptFinding.RECEIPT
    assert bare("a-b\u2013c oO il") == "ABC0011"


@pytest.mark.parametrize("form", [LINE, TEXT, CERTIFICATE])
def test_those_of_another_site_are_not_ours(form: str) -> None:
    assert verify(form, OTHERS.public_key, OTHERS).finding is ReceiptFinding.NOT_OURS


def test_a_line_with_a_group_too_few_or_too_many_is_named_so() -> None:
    for typed in (LINE[:-7], LINE + "-000000", LINE[:-1]):
        assert verify(typed, KEYS.public_key, KEYS).finding in (
            ReceiptFinding.WRONG_LENGTH,
            ReceiptFinding.DAMAGED,
        )
    assert verify(LINE[:-7], KEYS.public_key, KEYS).finding is ReceiptFinding.WRONG_LENGTH


def test_with_the_public_key_alone_texts_are_verified_and_lines_are_not() -> None:
    assert verify(TEXT, KEYS.public_key).receipt == RECEIPT
    assert verify(CERTIFICATE, KEYS.public_key).finding is ReceiptFinding.CERTIFICATE
    assert verify(LINE, KEYS.public_key).finding is ReceiptFinding.LINE_NEEDS_SITE


def test_a_certificate_survives_mail() -> None:
    mailed = "\r\n".join(f"{line}  " for line in f"\n{CERTIFICATE}".splitlines())
    assert verify(mailed, KEYS.public_key).finding is ReceiptFinding.CERTIFICATE
    assert "Marks with their history                                       3\n" in CERTIFICATE


def test_bytes_of_a_terminal_that_are_no_text_are_refused_without_an_error() -> None:
    broken = CERTIFICATE.replace("Marks", "M\udcff\ud800rks")
    assert verify(broken, KEYS.public_key).finding is ReceiptFinding.NOT_OURS
    assert verify(TEXT + "\udcff", KEYS.public_key).finding is ReceiptFinding.NOT_OURS
    assert verify(LINE + "\udcff", KEYS.public_key, KEYS).finding is ReceiptFinding.NOTHING


def test_a_public_key_is_read_as_it_is_shown() -> None:
    shown = key_text(KEYS.public_key)
    assert read_key(shown.lower().replace("-", " ")) == KEYS.public_key
    wrong = shown[:9] + ("0" if shown[9] != "0" else "2") + shown[10:]
    with pytest.raises(ValueError, match="group 2"):
        read_key(wrong)
    for text in ("", "A", shown[:-7], shown + "-000000", "ZZZZZZ"):
        with pytest.raises(ValueError, match="eleven groups"):
            read_key(text)


def test_receipts_of_two_classes_do_not_show_that_they_are_one_students() -> None:
    assert KEYS.student("a", "s1") != KEYS.student("b", "s1")
    assert KEYS.student("a", "s1") != KEYS.student("a", "s2")
    assert KEYS.student("a", "s1") != OTHERS.student("a", "s1")
