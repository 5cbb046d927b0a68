"""Complaints that are alike."""
