"""Positions from recordings and simulated worlds, beside the methods that everybody knows."""
