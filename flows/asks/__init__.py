"""Rules of asking: triggers, audience, restraint, checks and their order."""
