"""What other systems send: is it really them, and what do they say. All of it is pure."""
