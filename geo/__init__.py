"""Geometry on a district's scale: local frame, positions, polygons, GeoJSON. NumPy and shapely only."""
