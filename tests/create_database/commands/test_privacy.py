"""Documents for the law come out of the command line as pages to print."""

from __future__ import annotations

from pathlib import Path

from attendance.privacy.documents.catalogue import DOCUMENTS
from tests.create_database.admin import Admin


def test_each_document_is_a_page_in_either_language(admin: Admin) -> None:
    for name in DOCUMENTS:
        english, german = admin.types("privacy", name), admin.types("privacy", name, "--language", "de")
        assert (english.exit_code, german.exit_code) == (0, 0), name
        assert english.stdout.startswith('<!doctype html>\n<html lang="en">')
        assert german.stdout.startswith('<!doctype html>\n<html lang="de">')
        assert "By the settings in use on 2026-11-23." in english.stdout
        assert english.stdout.endswith("</html>\n")


def test_a_document_is_written_to_a_new_file_only(admin: Admin, tmp_path: Path) -> None:
    target = tmp_path / "consent.html"
    done = admin.types("privacy", "consent-form", "--to", str(target))
    assert (done.exit_code, str(target) in done.stdout) == (0, True)
    assert target.read_text("utf-8") == admin.types("privacy", "consent-form").stdout
    again = admin.types("privacy", "notice", "--to", str(target))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_an_unknown_document_is_refused_with_the_known_ones(admin: Admin) -> None:
    done = admin.types("privacy", "another")
    assert done.exit_code == 2
    for name in DOCUMENTS:
        assert name in done.stderr
