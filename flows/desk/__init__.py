"""The life of a ticket, and what staff need to know of words."""
