"""HTTP of beacons."""
