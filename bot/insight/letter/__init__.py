"""The weekly letter: what customers told us, what came of it, and what is still to be done."""
