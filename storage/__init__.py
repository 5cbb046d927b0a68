"""Remembers: tables, migrations, unit of work, inbox and outbox."""
