"""Writes what was measured into Daemon.docc/Performance.md, and draws the plot."""
import datetime
import math
import os
import re
from xml.sax.saxutils import escape

from measuring import ROOT, machine, times

CATALOG = os.path.join(ROOT, "Sources", "Daemon", "Daemon.docc")
PAGE = os.path.join(CATALOG, "Performance.md")
PLOT = os.path.join(CATALOG, "Resources", "speed.svg")


def write(tables, bars, load):
    """Puts each table between its marks; those of parts that were not measured stay. Without bars the plot stays."""
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    day = datetime.date.today()
    for table in tables:
        stamp = f"*{day}, {machine()}; load before: {load:.1f}*"
        marks = rf"(<!-- {table.name} -->\n).*?(\n<!-- end -->)"
        text, count = re.subn(
            marks, lambda found: f"{found[1]}{table.markdown()}\n\n{stamp}{found[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            raise RuntimeError(f"{PAGE} has {count} places for {table.name}")
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(text)
    if bars:
        os.makedirs(os.path.dirname(PLOT), exist_ok=True)
        with open(PLOT, "w", encoding="utf-8") as file:
            file.write(plot(bars))


LEFT, WIDTH, LINE, TOP = 240, 620, 22, 48


def plot(bars):
    """How many times as long as Lazaret each takes, on a logarithmic scale: an SVG that reads in light and in dark."""
    most = 10 ** math.ceil(math.log10(max(figure for _, _, figure in bars)))

    def place(figure):
        return LEFT + WIDTH * math.log10(max(figure, 1)) / math.log10(most)

    lines, y, task = [], TOP, None
    for what, who, figure in bars:
        if what != task:
            task, y = what, y + LINE // 2
            lines.append(f'<text x="8" y="{y + 15}" class="task">{escape(what)}</text>')
            y += LINE
        lines.append(f'<text x="{LEFT - 8}" y="{y + 15}" class="who">{escape(who)}</text>')
        lines.append(f'<rect x="{LEFT}" y="{y + 3}" width="{place(figure) - LEFT:.1f}" height="{LINE - 6}"/>')
        lines.append(f'<text x="{place(figure) + 6:.1f}" y="{y + 15}">{times(figure)}</text>')
        y += LINE
    grid = []
    for power in range(int(math.log10(most)) + 1):
        x = place(10**power)
        grid.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{y + 4}"/>')
        grid.append(f'<text x="{x:.1f}" y="{TOP - 8}" class="axis">{10**power:,}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 80} {y + 16}" role="img">',
        "<title>How many times as long as Lazaret other scanners take</title>",
        "<style>text{font:13px sans-serif;fill:#777}.task{font-weight:bold}.who{text-anchor:end}"
        ".axis{text-anchor:middle}rect{fill:#3a7ca5}line{stroke:#999;stroke-opacity:.4}</style>",
        '<text x="8" y="20">times as long as lazaret (1 is lazaret itself)</text>', *grid, *lines, "</svg>",
    ]) + "\n"
