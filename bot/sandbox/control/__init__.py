"""The tester's side: people act, groups change, things go wrong, everything can be read."""
