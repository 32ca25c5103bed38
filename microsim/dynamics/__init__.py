"""How people live: one file for each part of life, each a kernel over a block and one year."""
