"""Learning how strongly beacons are heard where, from walks."""
