"""Which complaints belong together: themes, and what is like what."""
