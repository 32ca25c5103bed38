"""The backend that is asked for by name. Dask is imported when it is chosen, and never before."""

from __future__ import annotations

from importlib.util import find_spec

from microsim.backends.contract import Backend
from microsim.backends.threads import Threads
from microsim.errors import InputError, Problem, nearest

BACKENDS = ("threads", "dask")
NOT_INSTALLED = "Dask is not installed here; pip install '.[dask]' installs it"


def backend_of(
    name: str, scheduler: str | None = None, threads: int | None = None, microdata: float | None = None
) -> Backend:
    """The backend of a run. Raises InputError for what cannot be, before any time is spent on the run."""
    if name not in BACKENDS:
        raise InputError(Problem("not a backend", None, repr(name), ", ".join(BACKENDS), nearest(name, BACKENDS)))
    if name == "threads":
        if scheduler is not None:
            raise InputError(Problem(f"the scheduler {scheduler} needs the backend dask", None, "threads", "dask"))
        return Threads(threads)
    if scheduler is not None and threads is not None:
        raise InputError(f"the cluster at {scheduler} has its own threads; --threads is for runs on this machine")
    if microdata is not None:
        text = "microdata is written on one machine only, where its files are; --backend threads writes it"
        raise InputError(text)
    if find_spec("distributed") is None:
        raise InputError(NOT_INSTALLED)
    from microsim.backends.dask import Dask

    chosen = Dask(scheduler, threads)
    chosen.check()
    return chosen
