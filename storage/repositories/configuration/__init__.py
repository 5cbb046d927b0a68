"""Versions of the configuration."""
