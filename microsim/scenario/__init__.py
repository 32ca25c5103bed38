"""Scenarios: YAML read strictly, checked, and turned into frozen, dated objects.

`values` are the types a measure's parameters are made of; `source` reads YAML with the place of every key;
`schema` and `load` make a `Scenario`; `json_schema` serves editors; `assumptions` lists every figure in use.
Nothing is imported here, so that the rooms to the right can take `values` alone.
"""
