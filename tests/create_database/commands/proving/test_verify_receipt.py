"""The command verify-receipt, and the certificates that remove gives out."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.audit.receipts.receipts import IssuedReceipt
from attendance.audit.receipts.signing import key_text
from attendance.values import MarkStatus
from tests.create_database.admin import Admin


@pytest.fixture
def receipt(admin_of_two: Admin) -> IssuedReceipt:
    """The receipt of a mark of 17."""
    with admin_of_two.register() as register:
        register.marking.mark("17", MarkStatus.PRESENT, by="ada")
        (mark,) = register.store.marks(register.sessions.today().id)
        issued = register.receipts.issue(mark.session_id, mark.student_id, mark.status, mark.at)
    assert issued is not None
    return issued


def test_a_line_and_a_text_are_verified_and_compared(admin_of_two: Admin, receipt: IssuedReceipt) -> None:
    for words in ([receipt.line], receipt.line.split("-"), [receipt.text]):
        done = admin_of_two.types("verify-receipt", *words)
        assert done.exit_code == 0, done.output
        assert "Genuine: present at 2026-11-23" in done.stdout
        assert "Student: Eileen Collins (17)." in done.stdout
        assert "The mark is there." in done.stdout
    admin_of_two.types("mark", "17", "absent")
    assert "doesn't count: absent." in admin_of_two.types("verify-receipt", receipt.line).stdout


def test_what_is_not_genuine_fails_in_one_sentence(admin_of_two: Admin, receipt: IssuedReceipt) -> None:
    second = receipt.line[:8] + ("0" if receipt.line[8] != "0" else "2") + receipt.line[9:]
    for words, sentence in (
        ((second,), "Damaged: check group 2."),
        ((receipt.text[:-1] + ("0" if receipt.text[-1] != "0" else "2"),), "Not one of ours"),
        (("hello",), "neither a receipt nor a certificate"),
        (("--key", "x", receipt.text), "eleven groups"),
        (("--file", "nowhere.txt"), "nowhere.txt can't be read"),
    ):
        done = admin_of_two.types("verify-receipt", *words)
        assert done.exit_code == 1
        assert sentence in done.stderr
    assert admin_of_two.types("verify-receipt").exit_code == 2


def test_with_the_public_key_no_register_is_needed(
    admin_of_two: Admin, receipt: IssuedReceipt, tmp_path: Path
) -> None:
    key = admin_of_two.types("verify-receipt", "--show-key").stdout.strip()
    with admin_of_two.register() as register:
        assert key == key_text(register.receipts.keys.public_key)
    elsewhere = Admin(tmp_path / "elsewhere")
    done = elsewhere.types("verify-receipt", "--key", key, receipt.text)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Genuine: present at 2026-11-23 ")
    assert not elsewhere.data.exists()
    assert (
        "only with the site's secret" in elsewhere.types("verify-receipt", "--key", key, receipt.line).stderr
    )
    assert "Not one of ours" in elsewhere.types("verify-receipt", receipt.text).stderr


def test_removing_gives_out_a_certificate_of_what_was_deleted(admin_of_two: Admin, tmp_path: Path) -> None:
    admin_of_two.types("mark", "17", "present")
    file = tmp_path / "erased.txt"
    done = admin_of_two.types("remove", "17", "--yes", "--certificate", str(file))
    assert f"The certificate is in {file}." in done.stdout
    lines = [" ".join(line.split()) for line in file.read_text().splitlines()]
    for line in ("Records with details and consent 1", "Face templates 1", "Marks with their history 1"):
        assert line in lines
    assert "Keys of hashes in the audit trail, destroyed 1" in lines
    assert "Collins" not in file.read_text()
    verified = admin_of_two.types("verify-receipt", "--file", str(file))
    assert (verified.exit_code, verified.stdout.partition(":")[0]) == (0, "Genuine")


def test_a_certificate_that_can_not_be_written_is_shown(admin_of_two: Admin, tmp_path: Path) -> None:
    done = admin_of_two.types("remove", "17", "--yes", "--certificate", str(tmp_path / "no" / "file.txt"))
    assert done.exit_code == 1
    assert "can't be written" in done.stderr
    assert "ATTENDANCE ERASURE CERTIFICATE 1" in done.stdout
