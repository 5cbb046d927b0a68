"""The way in: raw updates, stored before they are acknowledged."""
