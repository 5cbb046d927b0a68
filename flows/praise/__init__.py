"""Praise: whom it may be for, and when it is passed on."""
