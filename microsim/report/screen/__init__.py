"""What a finished run shows on the terminal."""
