"""Schedules' candidates and audiences."""
