"""What Verso runs on: inbox, outbox, timers, facts."""
