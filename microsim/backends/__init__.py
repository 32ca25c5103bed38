"""Where the blocks of a run are lived: threads of this process (the default), or the workers of a Dask cluster."""
