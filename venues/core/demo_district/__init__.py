"""The demo district: a plausible Msheireb Downtown Doha, drawn by rules. Facts are true, plans are invented.

`generate` is pure: the same seed of the generator that it is given draws the same district, to the byte.
"""

from venues.core.demo_district.district import District, generate

__all__ = ["District", "generate"]
