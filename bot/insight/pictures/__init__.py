"""Figures as pictures: what each shows, how it is drawn, to whom it is shown."""
