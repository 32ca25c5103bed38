"""A page to read, print and check: what stands on it (blocks), how it is drawn (theme) and how it becomes one file."""
