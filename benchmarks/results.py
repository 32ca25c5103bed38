"""RESULTS.md from the measurements kept: the last, and where the time went before it and goes now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Figures = dict[str, Any]
_INTRODUCTION = """# Results of the benchmarks

Written by `python -m benchmarks --results` from the files in [`history`](history), one for each measurement; how to
measure, and what each figure means, is in [docs/benchmarks.md](../docs/benchmarks.md).
"""

_STAGES = """Nanoseconds of a processor for a row and year, one thread, the package at 1 in 100. A row counts in every
year in which it is present, also once its person has died or left. Measures include their own sums."""
_KERNELS = """Each kernel alone on a full block, nanoseconds for a row and year; what it costs among the others is in
the stages. What is called for each line of a measure (`add_line`, `add_total`) is mostly that many calls from Python
here: the compiled parts together, at the end, have none of it."""

PICTURES = {
    "results-size.svg": "Throughput and peak memory of a run of the package, against the people simulated",
    "results-history.svg": "Nanoseconds for a row and year, and peak memory, of each measurement kept",
}
STARTS = {
    "help_seconds": "`microsim --help`",
    "tables_only_seconds": "`microsim run` of 4,800 adults, without other choices and documents",
    "with_documents_seconds": "the same with documents",
    "first_block_seconds": "from the first import to the first block lived",
    "first_block_start_seconds": "of it: reading the program",
    "first_block_scenario_seconds": "of it: the scenario",
    "first_block_prepare_seconds": "of it: population and tables",
    "first_block_code_seconds": "of it: compiled code",
    "compile_seconds": "compiling all that the package needs",
    "first_block_with_nothing_compiled_seconds": "to the first block, with nothing compiled",
}


def results(history: Sequence[Figures], pictures: Iterable[str] = ()) -> str:
    """The page, of the last measurement beside the first; parts that were not measured are left out."""
    now, before = history[-1], history[0]
    parts = [_INTRODUCTION, machine(now), *(f"![{PICTURES.get(name, name)}]({name})\n" for name in pictures)]
    parts += [
        where(before, now, "stages", "Where the time goes: stages of a run", _STAGES),
        where(before, now, "kernels", "Where the time goes: kernels", _KERNELS),
        points(now, "sizes", "Population", _share, more="everybody"),
        points(now, "years", "Years lived", lambda one: f"{one['years']} years"),
        points(now, "arms", "Arms", lambda one: str(one["what"])),
        points(now, "measures", "Measures", lambda one: f"{one['measures']}"),
        points(now, "threads", "Threads", lambda one: f"{one['threads']}"),
        twin(now), ceiling(now), start(now), peers(now),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, numbers to the right."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def machine(now: Figures) -> str:
    """Date, machine, commit, versions and how fast the machine is."""
    about, speed = now["measured"], now.get("calibration", {})
    packages = [name for name in ("python", "numba", "llvmlite", "numpy", "pandas", "pyarrow") if name in about]
    text = (
        f"**{about['date']}, commit {about['commit']}**, on {about['processors']} processors "
        f"({about['processor']}, compiled for {about['compiled_for']}), {about['memory_gib']:g} GiB of memory; "
        + ", ".join(f"{name} {about[name]}" for name in packages)
        + ".\n"
    )
    if not speed:
        return text
    rows = [(name.replace("_", " "), f"{value:,.2f}") for name, value in speed.items()]
    return text + "\nHow fast this machine is at fixed jobs, to set figures of another beside these:\n\n" + table(
        ("Fixed job", "Figure"), rows
    )  # fmt: skip


def where(before: Figures, now: Figures, part: str, title: str, note: str) -> str:
    """A table of nanoseconds before and now, the largest first."""
    then, found = before.get(part, {}), now.get(part, {})
    if not found:
        return ""
    compares = bool(then) and before is not now
    names = sorted({*found, *(then if compares else ())}, key=lambda name: -max(found.get(name, 0), then.get(name, 0)))
    totals = [name for name in names if name in ("sum of the above", "compiled driver")]
    names = [name for name in names if name not in totals]
    rows = [(name, _number(then.get(name)), _number(found.get(name))) for name in names]
    if totals:
        rows += [(name, _number(then.get(name)), _number(found.get(name))) for name in totals]
    else:
        rows.append(("**all**", _number(sum(then.values())), _number(sum(found.values()))))
    heads = ["", f"before ({before['measured']['commit']})", f"now ({now['measured']['commit']})"]
    if not compares:
        heads, rows = ["", heads[2]], [(row[0], row[2]) for row in rows]  # type: ignore[misc]
    return f"## {title}\n\n{note}\n\n" + table(heads, rows)


def points(now: Figures, part: str, title: str, label: Any, more: str = "") -> str:
    """A table of runs of which one thing varies."""
    found = [*now.get(part, []), *(now.get(more, []) if more else [])]
    if not found:
        return ""
    rows = [
        (
            label(one), f"{one['lives']:,}", str(one["threads"]), f"{one['phases']['simulation']['wall']:,.1f}",
            f"{one['phases']['simulation']['processor']:,.1f}",
            f"{one['person_year_arms_per_second_per_core'] / 1e6:,.2f}",
            f"{one['processor_nanoseconds_per_person_year']:,.0f}", f"{one['memory_of_simulation_mib']:,.0f}",
        )
        for one in found
    ]  # fmt: skip
    heads = (
        title, "lives", "threads", "simulation, s", "of processors, s", "million person-year-arms a second and core",
        "ns of processor for a person-year", "peak memory, MiB",
    )  # fmt: skip
    tables = [one["phases"]["tables"]["wall"] for one in found if "tables" in one["phases"]]
    note = f"\nTables take {min(tables):.1f} to {max(tables):.1f} s more, whatever the population.\n" if tables else ""
    return f"## {title}\n\n" + table(heads, rows) + note


def twin(now: Figures) -> str:
    """The engine beside the pandas and numpy twin."""
    found = now.get("twin")
    if not found:
        return ""
    speed = [f"{found[f'{name}_person_year_arms_per_second'] / 1e6:,.2f}" for name in ("engine", "twin")]
    agreement = ", ".join(
        f"{name.removeprefix('twin_').removesuffix('_over_engine').replace('_', ' ')} {value:.3f}"
        for name, value in found.items()
        if name.endswith("_over_engine")
    )
    return (
        "## The same model in pandas and numpy\n\nThe plain training grant without taxes, one processor, million "
        f"person-year-arms a second: the engine {speed[0]}, the twin {speed[1]}, which leaves families out. The engine "
        f"is **{found['times_the_twin']:.1f} times** as fast. The twin's sums over the engine's: {agreement}.\n"
    )


def ceiling(now: Figures) -> str:
    """The engine over what is written by hand."""
    found = now.get("ceiling")
    if not found:
        return ""
    rows = [
        (
            f"**{name}**" if name.startswith("a year") else name, f"{one['engine_nanoseconds']:.2f}",
            f"{one['ceiling_nanoseconds']:.2f}", f"{one['engine_over_ceiling']:.0%}",
            "yes" if one["same"] == 1.0 else f"{one['same']:.4%}",
        )
        for name, one in found.items()
    ]  # fmt: skip
    return (
        "## The ceiling: the same work written by hand for speed alone\n\nNanoseconds for a row and year on the same "
        "blocks, results compared. Above 100 % what is written by hand is no faster: the engine is its own ceiling. "
        "The last row is a year of these parts together, with six groups of random words; it leaves out families, "
        "moves, health, jobs, study and hours. Taxes agree within a few pence.\n\n"
        + table(("Part", "engine, ns", "by hand, ns", "engine's speed over the ceiling's", "same results"), rows)
    )


def start(now: Figures) -> str:
    """How long commands take to start."""
    found = {**now.get("startup", {}), **now.get("cold", {})}
    rows = [(STARTS.get(name, name.removesuffix("_seconds").replace("_", " ")), f"{value:.2f}")
            for name, value in found.items()]  # fmt: skip
    return "## Start-up\n\n" + table(("Seconds, by the wall", ""), rows) if rows else ""


def peers(now: Figures) -> str:
    """Other packages doing comparable work."""
    if "peers" not in now:
        return ""
    title = "## Peers\n\n"
    if not now["peers"]:
        return title + "None was installed beside this measurement: see [peers.py](peers.py).\n"
    rows = [
        (
            f"{name}: {one['work']}", f"{one['peer_nanoseconds']:,.0f}", f"{one['engine_nanoseconds']:,.1f}",
            f"{one['income_tax_over_peer']:.6f}", f"{one['insurance_over_peer']:.6f}",
        )
        for name, one in now["peers"].items()
    ]  # fmt: skip
    return (
        title + "A peer works out much else on the way that its rules may ask for, and is not made for millions: this "
        "says what a person-year costs with it, not that it is a worse calculator.\n\n"
        + table(("Work", "peer, ns a person", "engine's rules, ns", "income tax over the peer's",
                 "contributions over the peer's"), rows)
    )  # fmt: skip


def _share(one: Figures) -> str:
    number = round(1 / one["asked"]["sample"])
    return "everybody" if number == 1 else f"1 in {number:,}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
