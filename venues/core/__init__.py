"""The pure core of the map: IMDF features, validation, snapshots, places."""
