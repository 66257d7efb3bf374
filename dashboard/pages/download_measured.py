"""How to use the raw measurements, a section of `/download`. A release goes in; words and code come out."""

from dashboard.api.whole import MEASURED
from dashboard.components import html
from dashboard.components.tables import Head, data_table
from dashboard.pages.text_page import About, Section
from dashboard.site_address import origin
from etl.catalogue.model import Indicator


def section(about: About) -> Section | None:
    """What they are, their columns, and lines that make the published figures of them; None without any."""
    figure = next((one for one in about.release.figures if one.private), None)
    if figure is None:
        return None
    words, language = about.words, about.language
    heads = [Head(words("download.column")), Head(words("download.meaning"))]
    rows = [[html.Code(name), text[language]] for name, text in MEASURED.items()]
    address = f"/v1/releases/{about.release.info.id}/metingen.csv"
    code = Section(
        "metingen-code",
        words("download.measured_code"),
        [
            *about.prose("download.measured_lines"),
            html.Pre(html.Code(lines(about, figure)), className="code", tabIndex=0),
        ],
    )
    return Section(
        "metingen",
        words("download.measured_title"),
        [
            *about.prose("download.measured"),
            html.P(html.A(html.Code("metingen.csv"), href=address)),
            data_table(words("download.measured_caption"), heads, rows),
        ],
        [code],
    )


def lines(about: About, figure: Indicator) -> str:
    """Python that computes every estimate of one year from the measurements, and holds it beside ours."""
    release, year = about.release, about.release.years(figure.id)[-1]
    here = f"{origin()}/v1"
    named = f"release={release.info.id}"
    return f'''import json
from urllib.request import urlopen
import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import spsolve

here, release = "{here}", "{release.info.id}"
measured = pd.read_csv(f"{{here}}/releases/{{release}}/metingen.csv")
areas = json.load(urlopen(f"{{here}}/gebieden?{named}"))["gebieden"]
parent = {{area["code"]: area["ouder"] for area in areas}}

year = measured.query("indicator == '{figure.id}' and jaar == {year} and soort == 'telling'")
row = {{code: n for n, code in enumerate(year.gebiedscode)}}
smallest = list(year.gebiedscode[year.niveau == year.niveau.iloc[-1]])

# Every measurement is the sum of the smallest areas inside it, plus noise.
where = []
for column, code in enumerate(smallest):
    while code is not None:
        if code in row:
            where.append((row[code], column))
        code = parent[code]
sums = csr_array((np.ones(len(where)), tuple(np.array(where).T)))
weight = diags_array(1 / year.ruisvariantie.clip(lower=1e-9).to_numpy())
counts = year.meting.to_numpy()
solved = spsolve((sums.T @ weight @ sums).tocsc(), sums.T @ weight @ counts)
own = pd.Series(sums @ solved, index=year.gebiedscode)

ours = pd.read_csv(f"{{here}}/waarden?indicator={figure.id}&jaar={year}&{named}&formaat=csv")
ours = ours.set_index("gebiedscode").schatting[own.index]
print("largest difference:", float(abs(own - ours).max()))'''
