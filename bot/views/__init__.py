"""How it looks: values become texts and buttons; no database here."""
