"""Draws a ranking as horizontal bars, to SVG or PNG, without a browser or the network."""

import json
from pathlib import Path
from typing import Any, Protocol

from listening.errors import UsageError

_MOST_BARS = 30
_BLUE, _GREY = "#1f6f8b", "#9aa5ab"


class Ranking(Protocol):
    """What a chart needs: `listening.sharing.drivers.DriverRanking`."""

    @property
    def period(self) -> str:
        """Name of the period."""
        ...

    @property
    def cohort(self) -> str:
        """Name of the cohort."""
        ...

    @property
    def k(self) -> int:
        """Fewest authors behind a bar."""
        ...

    def as_records(self) -> list[dict[str, Any]]:
        """Give the rows by column name."""
        ...


def chart_spec(ranking: Ranking) -> dict[str, Any]:
    """Give the Vega-Lite chart: posts per driver, the first one on top, rising ones in colour, at most 30 bars."""
    rows = ranking.as_records()[:_MOST_BARS]
    values = [
        {
            "name": f"{row['label']} ({row['kind'].replace('_', ' ')})",
            "posts": row["posts"],
            "note": _note(row),
            "change": "rising" if row["is_rising"] else "steady, or not known",
        }
        for row in rows
    ]
    order = [value["name"] for value in values]
    name = {"field": "name", "type": "nominal", "sort": order, "title": None, "axis": {"labelLimit": 320}}
    posts = {"field": "posts", "type": "quantitative", "title": "posts", "axis": {"tickMinStep": 1}}
    colour = {
        "field": "change",
        "type": "nominal",
        "scale": {"domain": ["rising", "steady, or not known"], "range": [_BLUE, _GREY]},
        "legend": {"title": None, "orient": "bottom"},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {
            "text": f"What drove the conversation, {ranking.period}",
            "subtitle": f"{ranking.cohort} · each bar rests on at least {ranking.k} authors · ranked by driver score",
            "anchor": "start",
            "fontSize": 16,
            "subtitleFontSize": 12,
            "offset": 12,
        },
        "width": 520,
        "height": {"step": 24},
        "padding": 16,
        "background": "white",
        "data": {"values": values},
        "encoding": {"y": name, "x": posts},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": colour}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
                "encoding": {"text": {"field": "note", "type": "nominal"}},
            },
        ],
        "config": {"axis": {"labelFontSize": 12, "titleFontSize": 12}, "view": {"stroke": None}},
    }


def _note(row: dict[str, Any]) -> str:
    z = row["log_odds_z"]
    return str(row["posts"]) if z is None else f"{row['posts']} (z {z:+.1f})"


def write_chart(ranking: Ranking, path: Path) -> None:
    """Write the chart; the suffix says which kind of file.

    Raises:
        UsageError: The suffix is neither .svg nor .png, there is nothing to draw, or the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in {".svg", ".png"}:
        raise UsageError(problem="A chart is an .svg or a .png file", remedy="Name it with one of these endings.")
    if not ranking.as_records():
        raise UsageError(problem="There is nothing to draw", remedy="Ask for another period or a wider cohort.")
    import vl_convert

    spec = json.dumps(chart_spec(ranking))
    content = vl_convert.vegalite_to_svg(spec).encode() if kind == ".svg" else vl_convert.vegalite_to_png(spec, scale=2)
    is_written = False
    try:
        path.write_bytes(content)
        is_written = True
    except OSError:
        is_written = False
    if not is_written:
        raise UsageError(problem="The chart cannot be written there", remedy="Check the folder and its permissions.")
