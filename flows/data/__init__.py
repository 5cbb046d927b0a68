"""What other systems are told, and when again."""
