"""The configuration in force, and how it changes."""
