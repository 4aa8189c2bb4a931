"""Beacons: advertisement formats, the registry of placements, and sightings turned into positions."""
