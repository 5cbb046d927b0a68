"""Praise: whom it is for, and how it reaches them."""
