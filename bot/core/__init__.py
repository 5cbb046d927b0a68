"""What every subject may use: unit of work, services, texts, rich text, callbacks, names."""
