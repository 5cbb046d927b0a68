"""Slots: times at places with a capacity, chosen, changed and given back by those who come."""
