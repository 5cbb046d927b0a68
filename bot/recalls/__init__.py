"""Recalls: everybody whom a known defect concerns is told, and gets their thing put right."""
