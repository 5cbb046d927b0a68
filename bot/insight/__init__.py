"""Figures: statistics and what is compared."""
