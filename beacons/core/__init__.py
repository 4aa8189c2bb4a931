"""The pure core of positioning: formats, sightings, propagation, positions."""
