"""Who somebody is: what their name tells."""
