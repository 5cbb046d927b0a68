"""Files in and out: CSV import, export, backup."""
