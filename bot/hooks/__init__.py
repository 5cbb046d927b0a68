"""Messages of shops and billing systems: is it really them, and what do they say. All of it pure."""
