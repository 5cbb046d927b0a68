"""Conversations and flows."""
