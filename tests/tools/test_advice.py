"""Each cause has its own sentence with the one thing to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tools.advice import about_files, about_pip, no_environment, unknown_failure

ROOT = Path(__file__).resolve().parents[2]
NO_VERSIONS = (
    "ERROR: Could not find a version that satisfies the requirement numpy==2.0 (from versions: none)"
)
WITHOUT_NETWORK = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3."
    "connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2] Name or "
    f"service not known')': /simple/numpy/\n{NO_VERSIONS}"
)
# What pip 23.2 and 26.3 print.
CAUSES = {
    "no network": (WITHOUT_NETWORK, "Check the internet connection"),
    "no network, and no retries": (NO_VERSIONS, "Check the internet connection"),
    "no network, in the words of pip 26": (
        (
            "WARNING: Retrying after connection broken by 'NameResolutionError(\"HTTPSConnection(host='x', "
            "port=443): Failed to resolve 'x'\")'"
        ),
        "Check the internet connection",
    ),
    "slow network": (
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.",
        "internet connection",
    ),
    "proxy": (
        (
            "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', "
            f"NewConnectionError('…'))': /simple/numpy/\n{NO_VERSIONS}"
        ),
        "Correct HTTPS_PROXY or PIP_PROXY",
    ),
    "certificate": (
        (
            "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
            f"CERTIFICATE_VERIFY_FAILED] certificate verify failed'))': /simple/numpy/\n{NO_VERSIONS}"
        ),
        "PIP_CERT",
    ),
    "another file": (
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated "
            "the package versions, please update the hashes.\n"
            "    numpy==2.0 from https://packages.example/numpy.whl:\n"
            "        Expected sha256 11\n             Got        22"
        ),
        "another file than requirements.txt names by its hash",
    ),
    "login": ("WARNING: 401 Error, Credentials not correct for https://packages.example", "PIP_INDEX_URL"),
    "full disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "The disk is full: the packages need 3 GB",
    ),
    "read-only": (
        "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/srv/.venv'",
        "Make the folder writable",
    ),
    "unknown version": (
        (
            "ERROR: Could not find a version that satisfies the requirement numpy==2.0 (from versions: 1.0)\n"
            "ERROR: No matching distribution found for numpy==2.0"
        ),
        "The package index doesn't have numpy==2.0",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_pip_prints_becomes_what_to_do(cause: str) -> None:
    log, remedy = CAUSES[cause]
    problem = about_pip(log, "requirements.txt", ROOT)
    assert problem is not None
    sentence, _, reason = str(problem).partition("\n")
    assert remedy in sentence
    assert reason, "with the words of pip below it"


def test_another_reason_is_left_to_a_new_environment_and_then_shown() -> None:
    log = "WARNING: old\nERROR: Cannot uninstall thing 1.0\n"
    assert about_pip(log, "requirements.txt", ROOT) is None
    said = str(unknown_failure(log, "requirements.txt"))
    assert said.endswith("start again.\nERROR: Cannot uninstall thing 1.0")


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "copy the project to a folder of your own"),
        (errno.EACCES, "copy the project to a folder of your own"),
        (errno.ENOSPC, "Make room"),
        (errno.EBUSY, "Mend this"),
    ],
)
def test_a_file_that_cannot_be_written_is_named_with_the_remedy(number: int, remedy: str) -> None:
    said = str(about_files(OSError(number, os.strerror(number), "/srv/.venv-lock"), ROOT))
    assert remedy in said
    assert said.endswith("start again.")


@pytest.mark.parametrize(
    ("log", "remedy"),
    [
        ("Error: [Errno 28] No space left on device: '/srv/.venv-new'", "Make room"),
        ("Error: [Errno 30] Read-only file system: '/srv/.venv-new'", "Make the folder writable"),
        ("Error: something else", "Error: something else"),
    ],
)
def test_an_environment_that_cannot_be_created_has_its_reason(log: str, remedy: str) -> None:
    said = str(no_environment(log, ROOT / ".venv-new", ROOT))
    assert remedy in said
    assert "apt install" not in said, "which would not help"
