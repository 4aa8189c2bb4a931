from tests.venues.conftest import blobs

__all__ = ["blobs"]
