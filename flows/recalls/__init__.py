"""Recalls: rules of telling everybody of a known defect."""
