import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping

from geo.geojson import GeometryError, bounds_of, read_geometry

degrees = st.tuples(st.floats(-179, 179), st.floats(-89, 89))
geometries = st.one_of(
    degrees.map(shapely.Point),
    st.lists(degrees, min_size=2, max_size=5).map(shapely.LineString),
    st.lists(degrees, min_size=1, max_size=5).map(shapely.MultiPoint),
    st.lists(degrees, min_size=3, max_size=5).map(shapely.Polygon),
    st.lists(degrees.map(lambda point: shapely.Point(point).buffer(0.5)), min_size=1, max_size=3).map(
        shapely.MultiPolygon
    ),
)


@given(geometries)
def test_bounds_are_those_of_the_shape(geometry):
    assert bounds_of(mapping(geometry)) == read_geometry(mapping(geometry)).bounds


@pytest.mark.parametrize(
    "geometry", [{}, {"type": "Point"}, {"coordinates": []}, {"coordinates": [[]]}, {"coordinates": [1]}]
)
def test_missing_coordinates_are_an_error(geometry):
    with pytest.raises(GeometryError):
        bounds_of(geometry)
