import zipfile
from pathlib import Path

import pytest

from tests.venues.small_map import small_map
from venues.core.imdf.writing import archive_files
from venues.errors import MapUnreadable
from venues.services.imdf_files import read_imdf_file


def test_a_folder_and_a_zip_with_a_folder_inside_hold_the_same_map(tmp_path: Path):
    files = archive_files(small_map())
    folder, packed = tmp_path / "map", tmp_path / "map.zip"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            (folder / name).write_bytes(data)
            archive.writestr(f"export/{name}", data)
    assert read_imdf_file(folder) == read_imdf_file(packed)
    assert {each.id: each for each in read_imdf_file(folder).features} == {each.id: each for each in small_map()}


def test_what_is_no_archive_is_refused_with_its_path(tmp_path: Path):
    (tmp_path / "map.zip").write_bytes(b"no zip")
    with pytest.raises(MapUnreadable, match=r"map\.zip is not a readable zip"):
        read_imdf_file(tmp_path / "map.zip")
    with pytest.raises(MapUnreadable, match="nothing at"):
        read_imdf_file(tmp_path / "absent")
