"""Hypotheses."""
