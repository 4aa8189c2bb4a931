"""IMDF archives on disk: a folder or a zip file."""

import zipfile
from pathlib import Path

from apikit.services.memory import collector_paused
from venues.core.imdf.reading import Archive, read_archive
from venues.errors import MapUnreadable

# A district of 20,000 units is some 40 MB of GeoJSON. What unpacks to more than this is a mistake or an attack.
MAX_UNPACKED_BYTES = 1 << 30


@collector_paused()
def read_imdf_file(path: Path) -> Archive:
    """Return what the archive at `path` holds. Raises MapUnreadable when it is neither a folder nor a zip file."""
    return read_archive(_files(path))


def _files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        paths = sorted(file for file in path.rglob("*") if file.is_file())
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in paths}
    if not path.exists():
        raise MapUnreadable(f"There is nothing at {path}. Give the path of an IMDF folder or zip file.")
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpacked(archive, path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise MapUnreadable(f"{path} is not a readable zip file: {error}. Export it again.") from error


def _unpacked(archive: zipfile.ZipFile, path: Path) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise MapUnreadable(f"{path} unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB. Split the venue.")
    return {entry.filename: archive.read(entry) for entry in entries}
