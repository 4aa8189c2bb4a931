"""Tests: one folder a package, plus journeys (browser) and architecture. Nothing imports them."""
