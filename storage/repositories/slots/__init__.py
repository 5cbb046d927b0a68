"""Slots and bookings."""
