"""The engine that knows no subject: intake, worker, ticks, sending, transport, logs."""
