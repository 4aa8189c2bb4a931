"""One district for all tests of the folder: drawing it takes two seconds."""

import numpy as np
import pytest

from venues.core.demo_district import District, generate
from venues.core.snapshot import Snapshot
from venues.management.commands.generate_demo import SEED


@pytest.fixture(scope="package")
def district() -> District:
    return generate(np.random.default_rng(SEED))


@pytest.fixture(scope="package")
def snapshot(district: District) -> Snapshot:
    return Snapshot.from_features(district.features)
