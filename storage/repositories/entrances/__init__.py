"""Entrances in the database."""
