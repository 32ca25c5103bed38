"""Lives blocks of people through years and arms. It knows no policy."""
