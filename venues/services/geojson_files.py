"""GeoJSON files on disk, and the mapping that says what they mean."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from os.path import commonpath
from pathlib import Path

from apikit.services.memory import collector_paused
from venues.core import geojson_mapping
from venues.core.geojson_mapping.mapping import GeojsonMapping, MappingError, read_mapping
from venues.core.geojson_mapping.reading import GeojsonImport, read_geojson
from venues.core.geojson_mapping.records import GeojsonError
from venues.errors import MapUnreadable

SUFFIXES = (".geojson", ".json")


@collector_paused()
def read_geojson_files(paths: Sequence[Path], mapping_path: Path | None, key: str) -> GeojsonImport:
    """Return what the files hold for the venue of that key (its slug), read by the mapping or by the plain one.

    A folder stands for the GeoJSON files in it. Raises MapUnreadable.
    """
    mapping = _mapping(mapping_path)
    try:
        return read_geojson(_files(paths), mapping, key)
    except GeojsonError as error:
        raise MapUnreadable(f"{error}. Export it again.", param="path") from error


def _mapping(path: Path | None) -> GeojsonMapping:
    """Return the mapping in the file; without one, that of files whose properties are named as IMDF names them."""
    try:
        text = (
            files(geojson_mapping).joinpath("plain.toml").read_text("utf-8")
            if path is None
            else path.read_text("utf-8")
        )
        return read_mapping(text)
    except OSError as error:
        raise MapUnreadable(f"The mapping {path} can't be read: {error.strerror}. Give a TOML file.") from error
    except (MappingError, UnicodeDecodeError) as error:
        raise MapUnreadable(f"{path} is not usable as a mapping: {error}.", param="mapping") from error


def _files(paths: Sequence[Path]) -> Mapping[str, bytes]:
    """Return the content of each file by its path from the folder that they share."""
    found = [file for path in paths for file in _files_at(path)]
    top = Path(commonpath([file.resolve().parent for file in found]))
    return {file.resolve().relative_to(top).as_posix(): file.read_bytes() for file in found}


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if inside:
            return inside
    if not path.is_file():
        raise MapUnreadable(f"There is no GeoJSON at {path}. Give .geojson files, or a folder of them.", param="path")
    return [path]
