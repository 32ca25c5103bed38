"""Who gains: tables of a run's gains by group and tenth, of inequality, and over lifetimes."""
