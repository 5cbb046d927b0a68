"""Entrances: links and codes through which strangers come in."""
