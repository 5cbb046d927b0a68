"""Decides: the pure rules of conversations, schedules, tickets and changes."""
