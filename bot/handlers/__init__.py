"""What people type and press, handed to one use case each."""
