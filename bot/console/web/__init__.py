"""The console on the web: who may come in, and what each screen shows."""
