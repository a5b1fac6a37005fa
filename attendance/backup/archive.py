"""Archives: files with a manifest, sealed as one stream, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from attendance.backup.sealed_stream import BACKUP, ArchiveSort, SealedReader, SealedWriter
from attendance.errors import BackupError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import PRIVATE, write_new
from attendance.sealing.site_keys import SiteKey, SiteKeys

FORM = 1
MANIFEST = "manifest.json"
_MOST_OF_MANIFEST = 2**26  # bytes
PIECE = 2**20  # bytes read at once
_LONGEST_NAME = 200  # bytes of a path inside
_END_OF_TIME = 253_402_300_800_000  # milliseconds: the year 10000


@dataclass(frozen=True)
class Manifest:
    """What an archive contains.

    Attributes:
        register_id: the register that it is of.
        made_at: milliseconds since 1970.
        kind: which database the register was in.
        counts: the number of records of each kind; empty without a register.
        digests: the SHA-256 of each file, by its path with slashes.
        head: the head of the audit trail as it is printed; empty without a register.
        schema: the version of the schema that its records have.
    """

    register_id: str
    made_at: int
    kind: str
    counts: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    schema: int = 0
    form: int = FORM


def write_archive(
    path: Path, folder: Path, manifest: Manifest, key: SiteKey, sort: ArchiveSort = BACKUP
) -> Manifest:
    """Seal all files of a folder into one file, which is there whole or not at all.

    Args:
        path: the archive; what was there before is replaced.
        folder: the files.
        manifest: without digests.
        key: the site's.
        sort: what the archive is for.

    Returns:
        The manifest with the digests.

    Raises:
        OSError: it can't be written; what was there before still is.
    """
    names = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())
    digests = {name: digest_of(folder / name) for name in names}
    manifest = Manifest(**{**asdict(manifest), "digests": digests})
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
            writer = SealedWriter(file, key, sort)
            with tarfile.open(fileobj=cast("BinaryIO", writer), mode="w|") as tar:
                _add(tar, MANIFEST, json.dumps(asdict(manifest)).encode())
                for name in names:
                    tar.add(folder / name, name, recursive=False)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return manifest


def read_archive(path: Path, keys: SiteKeys, into: Path, sort: ArchiveSort = BACKUP) -> Manifest:
    """Open all files of an archive into an empty folder, and compare them with the manifest.

    Args:
        path: the archive.
        keys: the site's.
        into: the folder.
        sort: what the archive must be for.

    Raises:
        BackupError: it is none, is damaged, or was sealed with another key.
        OSError: it can't be read, or there is no space.
    """
    with path.open("rb") as file:
        reader = SealedReader(file, keys, path.name, sort)
        try:
            with tarfile.open(fileobj=cast("BinaryIO", reader), mode="r|") as tar:
                manifest = _manifest(tar, path, sort)
                while (member := tar.next()) is not None:
                    _extract(tar, member, into, path, sort)
            while reader.read(PIECE):  # up to the last chunk, which shows that nothing was cut off
                pass
        except (tarfile.TarError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise BackupError(sort.damaged(path.name)) from error
    for name, digest in manifest.digests.items():
        if not (into / name).is_file() or digest_of(into / name) != digest:
            raise BackupError(f"{name} in the {sort.noun} {path.name} is damaged: use another one.")
    return manifest


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def _manifest(tar: tarfile.TarFile, path: Path, sort: ArchiveSort) -> Manifest:
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.name == MANIFEST else None
    if content is None:
        raise BackupError(f"The {sort.noun} {path.name} has no manifest: use another one.")
    found = json.loads(content.read(_MOST_OF_MANIFEST))
    if found["form"] != FORM:
        raise BackupError(f"A newer version of this program made {path.name}: use it with that version.")
    return _checked(Manifest(**found))


def _checked(manifest: Manifest) -> Manifest:
    """The manifest, if each field is of its type.

    Raises:
        TypeError: one is not.
        ValueError: it was made at a time that no calendar has.
    """
    counts, digests = manifest.counts, manifest.digests
    if not isinstance(counts, dict) or not isinstance(digests, dict):
        raise TypeError("a field of the manifest is no object")
    texts = (manifest.register_id, manifest.kind, manifest.head, *counts, *digests, *digests.values())
    numbers = (manifest.made_at, manifest.schema, *counts.values())
    if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
        raise TypeError("a field of the manifest is of another type")
    if not 0 <= manifest.made_at < _END_OF_TIME:
        raise ValueError("the manifest's time is none")
    return manifest


def _extract(
    tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, path: Path, sort: ArchiveSort
) -> None:
    inside = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isfile() else None
    is_odd = inside.is_absolute() or ".." in inside.parts or len(os.fsencode(member.name)) > _LONGEST_NAME
    target = into.joinpath(*inside.parts)
    if content is None or is_odd or _is_taken(target, into):
        raise BackupError(
            f"The {sort.noun} {path.name} contains {member.name[:99]!r}, which doesn't belong there."
        )
    make_private(target.parent)
    write_new(target, b"")
    with target.open("r+b") as file:
        while piece := content.read(PIECE):
            file.write(piece)


def _is_taken(target: Path, into: Path) -> bool:
    """Whether a file can't be made there: something is there, or a file is where a folder would be."""
    folders = [folder for folder in target.parents if folder.is_relative_to(into)]
    return target.exists() or any(folder.is_file() for folder in folders)
