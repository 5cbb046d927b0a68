"""Praise."""
