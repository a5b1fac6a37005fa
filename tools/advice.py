"""What went wrong with the set-up, and the one thing to do about it."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

SIZE = "3 GB"  # what the packages take, with those of requirements-dev.txt: `du -sh .venv` on 2026-11-29
_FULL = ("No space left on device", "not enough space on the disk", "Errno 28]", "Disk quota exceeded")
_READ_ONLY = ("Read-only file system", "Permission denied", "Access is denied", "Errno 13]", "Errno 30]")
_CERTIFICATE = ("CERTIFICATE_VERIFY_FAILED", "SSLCertVerificationError", "confirming the ssl certificate")
_PROXY = ("Cannot connect to proxy", "Unable to connect to proxy", "ProxyError", "Tunnel connection failed")
_LOGIN = ("401 Client Error", "401 Error", "HTTP error 401", "403 Client Error", "HTTP error 403")
_NETWORK = (
    *("Failed to establish a new connection", "NewConnectionError", "NameResolutionError"),
    *(
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "Read timed out",
        "Connection aborted",
        "Connection refused",
    ),
    *("Connection reset", "Connection broken", "Network is unreachable", "getaddrinfo failed"),
    *("Temporary failure in name resolution", "IncompleteRead", "RemoteDisconnected", "Could not fetch URL"),
    "(from versions: none)",
)
_OTHER_FILE = ("DO NOT MATCH THE HASHES",)
_UNKNOWN_VERSION = re.compile(r"No matching distribution found for (\S+)")


class SetupError(Exception):
    """The environment can't be created; the message includes the remedy."""


def missing_ensurepip(name: str) -> SetupError:
    """For a Python whose system packages the module that installs pip separately.

    Args:
        name: such as ``python3.11``.
    """
    if shutil.which("apt-get"):
        remedy = f"Install its package: sudo apt install {name}-venv"
    else:
        remedy = f"Install the package of your system that {name} -m ensurepip needs, then start again."
    return SetupError(f"{name} has no ensurepip, so it can't create an environment. {remedy}")


def about_files(error: OSError, root: Path) -> SetupError:
    """For a file or folder of the set-up that can't be read or written."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return SetupError(_disk_full(root))
    where = f"{error.filename}: " if error.filename else ""
    what = f"{where}{error.strerror or error}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        if os.name == "nt" and os.access(root, os.W_OK):
            return SetupError(
                f"Another program uses a file of .venv ({what}). Stop servers that run from this folder, "
                "then start again."
            )
        return SetupError(_read_only(root, what))
    return SetupError(f"The environment in .venv can't be set up ({what}). Mend this, then start again.")


def about_pip(log: str, requirements: str, root: Path) -> SetupError | None:
    """For what pip printed, if its cause is outside the environment; None where a new one may help.

    Args:
        log: pip's output.
        requirements: the file that was installed.
        root: the project's folder.
    """
    known = {
        _FULL: _disk_full(root),
        _READ_ONLY: _read_only(root, "pip was refused"),
        _OTHER_FILE: f"A package is another file than {requirements} names by its hash, so it was not "
        "installed. Start again: a download can be damaged. If that doesn't help, somebody has changed the "
        "package; check PIP_INDEX_URL, and ask the project.",
        _CERTIFICATE: "The package index's certificate can't be verified. If your network has a certificate "
        "of its own, name its file with PIP_CERT, then start again.",
        _PROXY: "The proxy can't be reached. Correct HTTPS_PROXY or PIP_PROXY, then start again.",
        _LOGIN: "The package index refuses access. Put username and password into PIP_INDEX_URL, then start "
        "again.",
        _NETWORK: f"The packages of {requirements} could not be downloaded. Check the internet connection, "
        "then start again. Behind a proxy, set HTTPS_PROXY; for a package index of your own, PIP_INDEX_URL.",
    }
    for signs, sentence in known.items():
        if _has_any(log, signs):
            return SetupError(f"{sentence}\n{reason(log)}")
    missing = _UNKNOWN_VERSION.search(log)
    if missing:
        return SetupError(
            f"The package index doesn't have {missing.group(1)} for this computer. If PIP_INDEX_URL names "
            f"an index of your own, add it there, then start again.\n{reason(log)}"
        )
    return None


def unknown_failure(log: str, requirements: str) -> SetupError:
    """For what pip printed, where the cause is not known."""
    return SetupError(
        f"The packages of {requirements} could not be installed, for this reason of pip. Remove it, then "
        f"start again.\n{reason(log)}"
    )


def no_environment(log: str, folder: Path, root: Path) -> SetupError:
    """For what Python printed when it could not create the environment."""
    if _has_any(log, _FULL):
        return SetupError(_disk_full(root))
    if _has_any(log, _READ_ONLY):
        return SetupError(_read_only(root, _tail(log, 1)))
    return SetupError(
        f"Python can't create an environment in {folder}. Try another Python of the same version, for "
        f"example from python.org.\n{_tail(log)}"
    )


def reason(log: str) -> str:
    """The errors in pip's output without its warnings, or the last lines if there are none."""
    return "\n".join(line for line in log.splitlines() if line.startswith("ERROR")) or _tail(log)


def _has_any(log: str, signs: Sequence[str]) -> bool:
    return any(sign.casefold() in log.casefold() for sign in signs)


def _disk_full(root: Path) -> str:
    try:
        free = f"{shutil.disk_usage(str(root)).free / 1e9:.1f} GB"
    except OSError:
        free = "too little"
    return f"The disk is full: the packages need {SIZE}, and {free} is free. Make room, then start again."


def _read_only(root: Path, what: str) -> str:
    return (
        f"The set-up has to write into {root}, and may not ({what}). Make the folder writable, or copy the "
        "project to a folder of your own, then start again."
    )


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
