"""The outbox leaves: claimed, composed, paced by priority, recorded."""
