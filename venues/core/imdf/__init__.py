"""Indoor Mapping Data Format 1.0.0 (OGC 20-094): features, categories, labels, reading, writing."""
