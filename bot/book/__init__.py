"""The complaint book: both sides of each page."""
