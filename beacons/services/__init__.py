"""What is done with beacons: the registry, deployments, positions."""
