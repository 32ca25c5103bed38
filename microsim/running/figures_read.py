"""Results kept by the official figures that they were worked out from, so that nothing is worked out twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from microsim.engine.digests import digest_of
from microsim.parameters.load import Entry, Parameters

Found = TypeVar("Found")
_KEPT = 4  # results, which may be large; the oldest makes room


class ByFigures(Generic[Found]):
    """A result for each set of the official figures that a function reads, and its digest.

    What the function reads is seen as it runs. Where two scenarios replace the same of those figures by the same
    values, they lead it the same way to the same result.
    """

    def __init__(self, work: Callable[[Parameters], Found]) -> None:
        self._work = work
        self._read: set[str] = set()
        self._official: dict[str, Entry] = {}  # as first seen
        self._found: dict[str, Found] = {}
        self._digests: dict[str, str] = {}

    def of(self, parameters: Parameters) -> Found:
        """The result under these figures."""
        return self._found[self._worked_out(parameters)]

    def digest(self, parameters: Parameters) -> str:
        """The same for results that hold the same."""
        key = self._key(parameters)
        if key not in self._digests:
            key = self._worked_out(parameters)
            self._digests[key] = digest_of(self._found[key])
        return self._digests[key]

    def _worked_out(self, parameters: Parameters) -> str:
        """The key of the result, which is there."""
        key = self._key(parameters)
        if key in self._found:
            return key
        fresh = replace(parameters, _read=set())
        result = self._work(fresh)
        self._read.update(fresh.names_read())
        key = self._key(parameters)
        self._found[key] = result
        if len(self._found) > _KEPT:
            del self._found[next(iter(self._found))]
        return key

    def _key(self, parameters: Parameters) -> str:
        """What decides the result: those of the figures known to be read that are not the first scenario's."""
        replaced: dict[str, Any] = {}
        for name in sorted(self._read):
            entry, override = parameters.entry(name), parameters.overrides.get(name)
            official = self._official.setdefault(name, entry)
            if override is not None or entry is not official:
                replaced[name] = (
                    None if override is None else override.to_plain(entry.unit),
                    None if entry is official else entry.model_dump_json(),
                )
        return repr((parameters.uprating, replaced))
