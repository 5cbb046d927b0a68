"""Tickets and their entries."""
