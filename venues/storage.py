"""Blobs by the hash of their content: written once, never changed, readable by every app.

The store is the `blobs` entry of STORAGES: a folder, or any django-storages back end.
"""

import fcntl
import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from venues.errors import BlobCorrupt, BlobError, BlobMissing


@dataclass(frozen=True)
class OldBlob:
    """A file of the folder that nobody has put for a while: a blob, or what a killed writer left beside its place.

    `name` is its place in the store. `content_hash` names a blob; of what was left over it is the file's name.
    """

    name: str
    content_hash: str
    size_bytes: int


def put_blob(data: bytes) -> str:
    """Store `data` and return the SHA-256 of it in hex. The same data is stored once; a reader never sees half of it.

    In a folder it counts as put now, so that it is not collected before a row can name it. Raises BlobError where the disk takes nothing.
    """
    content_hash = hashlib.sha256(data).hexdigest()
    try:
        _put(_store(), _name(content_hash), data)
    except OSError as error:  # full, read-only or gone
        raise BlobError(
            f"The blob store takes no files ({error}), and nothing was changed. Make room, or let the server write there, and do it again."
        ) from error
    return content_hash


def _put(store: Storage, name: str, data: bytes) -> None:
    if isinstance(store, FileSystemStorage):
        with _held(store, fcntl.LOCK_SH):
            _put_file(Path(store.path(name)), data)
    elif not (store.exists(name) and store.size(name) == len(data)):
        store.save(name, ContentFile(data))


def get_blob(content_hash: str) -> bytes:
    """Return the blob. Raises BlobMissing, or BlobCorrupt where its content has another hash."""
    try:
        with _store().open(_name(content_hash)) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise _missing(content_hash) from error
    _require_whole(data, content_hash)
    return data


def mapped_blob(content_hash: str) -> bytes | mmap.mmap:
    """Return the blob as `get_blob` does, mapped where it is a file: what is read of it can be let go and read again."""
    path = path_of(content_hash)
    if path is None or path.stat().st_size == 0:  # nothing can't be mapped
        return get_blob(content_hash)
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _require_whole(data, content_hash)
    return data


def let_go(data: bytes | mmap.mmap) -> None:
    """Give back the memory of a mapped blob until it is read again."""
    if isinstance(data, mmap.mmap):
        data.madvise(mmap.MADV_DONTNEED)


def holds_blob(content_hash: str) -> bool:
    """Return whether the store has a blob of this hash."""
    return _store().exists(_name(content_hash))


def require_blob(content_hash: str) -> None:
    """Raise BlobMissing unless the store has a blob of this hash."""
    if not holds_blob(content_hash):
        raise _missing(content_hash)


def path_of(content_hash: str) -> Path | None:
    """Return the blob's file for memory mapping, or None where the store is not a folder. Raises BlobMissing."""
    require_blob(content_hash)
    store = _store()
    return Path(store.path(_name(content_hash))) if isinstance(store, FileSystemStorage) else None


def is_folder() -> bool:
    """Return whether the store is a folder: only there can blobs be collected."""
    return isinstance(_store(), FileSystemStorage)


def old_blobs(before: datetime) -> Iterator[OldBlob]:
    """Yield what nobody has put in the folder since `before`; nothing where the store is no folder."""
    store = _store()
    if not isinstance(store, FileSystemStorage):
        return
    root = Path(store.location)
    for path in sorted(root.glob("??/*")):
        stat = path.stat()
        if stat.st_mtime < before.timestamp():
            yield OldBlob(str(path.relative_to(root)), path.name, stat.st_size)


def delete_blob(blob: OldBlob, before: datetime) -> bool:
    """Delete it unless it was put since `before`, even at this moment; return whether it was deleted."""
    store = _store()
    if not isinstance(store, FileSystemStorage):
        return False
    path = Path(store.path(blob.name))
    with _held(store, fcntl.LOCK_EX):
        if not path.exists() or path.stat().st_mtime >= before.timestamp():
            return False
        path.unlink()
        return True


def _store() -> Storage:
    return storages["blobs"]


def _name(content_hash: str) -> str:
    """Return the blob's name; the first byte makes 256 folders, so that none grows long."""
    return f"{content_hash[:2]}/{content_hash}"


def _missing(content_hash: str) -> BlobMissing:
    return BlobMissing(f"There is no blob {content_hash}. Check DALIL_BLOB_ROOT, or publish the map again.")


def _require_whole(data: bytes | mmap.mmap, content_hash: str) -> None:
    if hashlib.sha256(data).hexdigest() != content_hash:
        raise BlobCorrupt(f"Blob {content_hash} is damaged. Restore it from a backup, or publish the map again.")


def _put_file(path: Path, data: bytes) -> None:
    if path.exists() and path.stat().st_size == len(data):
        os.utime(path)
    else:
        _write_whole(path, data)


@contextmanager
def _held(store: FileSystemStorage, how: int) -> Iterator[None]:
    """Hold the folder: any number may put blobs (LOCK_SH), or one may delete one (LOCK_EX). A killed process lets go."""
    Path(store.location).mkdir(parents=True, exist_ok=True)
    with (Path(store.location) / ".lock").open("w") as file:
        fcntl.flock(file, how)
        yield


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the place and rename into it: after a power cut the file is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
        _sync_folder(path.parent)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the names in the folder durable: a row that names a blob must not outlive the blob's own name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
