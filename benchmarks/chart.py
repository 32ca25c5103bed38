"""Charts of the results as SVG: throughput and memory against the population, and the history of both."""

from __future__ import annotations

from typing import Any

WIDTH, HEIGHT = 300, 220
SIZES, HISTORY = "results-size.svg", "results-history.svg"
_MEMORY, _SPEED = "#b35806", "#2166ac"


def charts(history: list[dict[str, Any]]) -> dict[str, str]:
    """SVG by the name of its file: of the last measurement's sizes, where it has them, and of all measurements."""
    import altair as alt

    found: dict[str, str] = {}
    rows = size_rows(history)
    if rows:
        people = alt.X("people:Q", title="People simulated (all lives)", scale=alt.Scale(type="log"))
        found[SIZES] = _svg(
            _points(rows, people, "speed", "Million person-year-arms a second", _SPEED)
            | _points(rows, people, "memory", "Peak memory of simulation, MiB", _MEMORY),
            "How a run of the package grows with the population",
        )
    rows = history_rows(history)
    if rows:
        commit = alt.X("measurement:N", title="Measurement", sort=None, axis=alt.Axis(labelAngle=-20))
        with_memory = [row for row in rows if row["memory"]]
        drawn = _points(rows, commit, "nanoseconds", "Nanoseconds for a row and year", _SPEED)
        if with_memory:
            drawn |= _points(with_memory, commit, "memory", "Peak memory at 1 in 100, MiB", _MEMORY)
        found[HISTORY] = _svg(drawn, "Over the history")
    return found


def size_rows(history: list[dict[str, Any]]) -> list[dict[str, float]]:
    """People, million person-year-arms a second and MiB of each size of the last measurement that has them."""
    last: dict[str, Any] = next((one for one in reversed(history) if one.get("sizes")), {})
    points = [*last.get("sizes", []), *last.get("everybody", [])]
    return [
        {
            "people": point["lives"],
            "speed": point["person_year_arms_per_second"] / 1e6,
            "memory": point["memory_of_simulation_mib"],
        }
        for point in points
    ]


def history_rows(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nanoseconds for a row and year of all stages, and the memory of a 1-in-100 run, of each measurement."""
    rows = []
    for one in history:
        if one.get("stages"):
            of_hundredth = [point for point in one.get("sizes", []) if point["asked"]["sample"] == 0.01]
            rows.append(
                {
                    "measurement": f"{one['measured']['date']} {one['measured']['commit']}",
                    "nanoseconds": sum(one["stages"].values()),
                    "memory": of_hundredth[0]["memory_of_simulation_mib"] if of_hundredth else None,
                }
            )
    return rows


def _points(rows: list[dict[str, Any]], x: Any, y: str, title: str, colour: str) -> Any:
    import altair as alt

    base = alt.Chart(alt.Data(values=rows)).encode(
        x=x, y=alt.Y(f"{y}:Q", title=title, scale=alt.Scale(zero=True))
    )  # fmt: skip
    return (base.mark_line(color=colour) + base.mark_point(color=colour, filled=True, size=60)).properties(
        width=WIDTH, height=HEIGHT
    )


def _svg(chart: Any, title: str) -> str:
    import vl_convert

    specification = chart.properties(title=title).configure_view(stroke=None).to_dict()
    return str(vl_convert.vegalite_to_svg(specification))
