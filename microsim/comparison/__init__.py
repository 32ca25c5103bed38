"""Finished runs side by side: what they cost, how the costs differ, how sure that is, and which assumptions differ.

It reads the tables that runs leave and their resolved scenarios, and simulates nothing.
"""
