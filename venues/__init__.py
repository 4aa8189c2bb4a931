"""Venues: the map. Draft features go in, immutable snapshots come out."""
