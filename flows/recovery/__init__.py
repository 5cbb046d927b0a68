"""What makes a complaint right: what may be granted, by whom, up to what."""
