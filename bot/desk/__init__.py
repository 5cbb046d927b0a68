"""Staff and their tickets: cards, relay, members, groups."""
