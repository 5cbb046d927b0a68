"""The life of a change."""
