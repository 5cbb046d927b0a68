"""Recalls and whom they concern."""
