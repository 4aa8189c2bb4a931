"""Blobs by the hash of their content: written once, never changed, readable by every app.

The store is the `blobs` entry of STORAGES: a folder, or any django-storages back end.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from venues.errors import BlobCorrupt, BlobMissing


def put_blob(data: bytes) -> str:
    """Store `data` and return the SHA-256 of it in hex. The same data is stored once; a reader never sees half of it."""
    content_hash = hashlib.sha256(data).hexdigest()
    store, name = _store(), _name(content_hash)
    if store.exists(name) and store.size(name) == len(data):
        return content_hash
    if isinstance(store, FileSystemStorage):
        _write_whole(Path(store.path(name)), data)
    else:
        store.save(name, ContentFile(data))
    return content_hash


def get_blob(content_hash: str) -> bytes:
    """Return the blob. Raises BlobMissing, or BlobCorrupt where its content has another hash."""
    try:
        with _store().open(_name(content_hash)) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise _missing(content_hash) from error
    if hashlib.sha256(data).hexdigest() != content_hash:
        raise BlobCorrupt(f"Blob {content_hash} is damaged. Restore it from a backup, or publish the map again.")
    return data


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


def _store() -> Storage:
    return storages["blobs"]


def _name(content_hash: str) -> str:
    """Return the blob's name; the first byte makes 256 folders, so that none grows long."""
    return f"{content_hash[:2]}/{content_hash}"


def _missing(content_hash: str) -> BlobMissing:
    return BlobMissing(f"There is no blob {content_hash}. Check DALIL_BLOB_ROOT, or publish the map again.")


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
