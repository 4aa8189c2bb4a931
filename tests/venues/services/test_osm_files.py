from pathlib import Path

import osmium
import pytest

from venues.core.osm.elements import Elements, Member
from venues.errors import MapUnreadable
from venues.services.osm_files import read_osm_file

XML = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="25.2828" lon="51.5257"><tag k="name:ar" v="مشيرب"/></node>
  <node id="2" lat="25.2829" lon="51.5257"/>
  <node id="3" lat="25.2829" lon="51.5258"/>
  <node id="4" lat="25.3" lon="51.6" visible="false"/>
  <way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="indoor" v="room"/></way>
  <relation id="9"><member type="way" ref="7" role="outer"/><tag k="type" v="multipolygon"/></relation>
</osm>
"""


@pytest.fixture
def xml_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.osm"
    path.write_text(XML)
    return path


def as_tuple(elements: Elements):
    return elements.nodes, elements.ways, elements.relations


def test_nodes_ways_and_relations_of_a_file_are_plain_values(xml_file):
    elements = read_osm_file(xml_file)
    assert elements.nodes[1].tags == {"name:ar": "مشيرب"}
    assert (elements.nodes[3].lng, elements.nodes[3].lat) == (51.5258, 25.2829)
    assert 4 not in elements.nodes  # deleted
    assert elements.ways[7].is_ring
    assert elements.relations[9].members == (Member("way", 7, "outer"),)


def test_a_pbf_file_gives_what_the_xml_file_gives(xml_file, tmp_path):
    packed = tmp_path / "map.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for entity in osmium.FileProcessor(str(xml_file)):
            if not (isinstance(entity, osmium.osm.Changeset) or entity.deleted):
                writer.add(entity)
    assert as_tuple(read_osm_file(packed)) == as_tuple(read_osm_file(xml_file))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MapUnreadable, match=r"nowhere\.osm"):
        read_osm_file(tmp_path / "nowhere.osm")


@pytest.mark.parametrize(
    ("name", "content"), [("a.osm", b"<osm><node"), ("b.osm.pbf", b"not a pbf"), ("c.txt", b"hello")]
)
def test_a_file_that_is_not_osm_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MapUnreadable, match=name.replace(".", r"\.")):
        read_osm_file(tmp_path / name)
