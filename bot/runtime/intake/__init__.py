"""Updates come in: polled or by webhook, stored before they are acknowledged."""
