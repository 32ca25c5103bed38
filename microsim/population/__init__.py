"""The people: published tables, the joint table fitted to them, and the blocks of people drawn from it.

`source.load_population` gives the fitted population; `source.build_population` fits it again. Nothing is imported here.
"""
