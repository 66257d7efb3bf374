"""A plain table for pages of text. Heads and rows go in; a captioned table that scrolls by itself is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components import html


@dataclass(frozen=True)
class Head:
    """One column. number: right-aligned figures."""

    text: str
    number: bool = False


def data_table(caption: str, heads: Sequence[Head], rows: Sequence[Sequence[Any]]) -> html.Div:
    """The first cell of each row is its heading. On a narrow screen the table scrolls, the page does not."""
    head = html.Tr([html.Th(one.text, scope="col", className="number" * one.number) for one in heads])
    body = [
        html.Tr(
            [
                html.Th(row[0], scope="row"),
                *[
                    html.Td(cell, className="number" * one.number)
                    for cell, one in zip(row[1:], heads[1:], strict=True)
                ],
            ]
        )
        for row in rows
    ]
    table = html.Table([html.Caption(caption), html.Thead(head), html.Tbody(body)], className="plain")
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})
