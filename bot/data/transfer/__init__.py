"""Customers and events in, everything out, as files."""
