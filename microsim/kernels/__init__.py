"""What every compiled room uses: compiler settings, random words, single-precision mathematics."""
