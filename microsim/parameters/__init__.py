"""Official figures as dated YAML files: value, unit, source and quality, read through `load.load_parameters`.

Any file `*.yaml` in this folder is read; `load.Entry` says what an entry holds. Nothing is imported here.
"""
