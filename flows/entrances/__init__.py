"""Entrances: what their links carry, and who is asked at a till."""
