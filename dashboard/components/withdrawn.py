"""Figures withdrawn after publication. A store and a release go in; its notices, and the words that stand
where such a figure would, come out. As in the embeds: the words come instead of the figure, not beside it.
"""

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.language import date_text
from dashboard.text import Words
from etl.catalogue.model import Indicator
from etl.release.read import Release, Retraction, Store

ALL = "/verantwoording"
CORRECTIONS = "#correcties"


def notices(store: Store, release: Release) -> tuple[Retraction, ...]:
    """What was withdrawn of this release. Asked every time, so that a page says so at once."""
    return tuple(one for one in store.retractions() if one.release == release.info.id)


def notice(store: Store, release: Release, indicator: str) -> Retraction | None:
    """That this figure was withdrawn, None for every other."""
    return next((one for one in notices(store, release) if one.indicator == indicator), None)


def said(about: Retraction, words: Words) -> tuple[str, str, str]:
    """That it was withdrawn and when; why; what to do."""
    when = words("retraction.on", date=date_text(about.date, words.language))
    why = words("retraction.why", reason=about.reason[words.language])
    return when, why, words("retraction.use")


def card(about: Retraction, indicator: Indicator, words: Words) -> html.Section:
    """Those words under the name of the figure, where a page would show a card of it."""
    name = html.H2(indicator.name[words.language])
    return html.Section([name, instead(about, words)], className="card compare-card")


def instead(about: Retraction, words: Words) -> html.Div:
    """The words in the place of the figure."""
    when, why, use = said(about, words)
    query = "?taal=en" if words.language == "en" else ""
    more = soft_link(words("retraction.all"), f"{ALL}{query}{CORRECTIONS}")
    return html.Div([html.P(html.Strong(when)), html.P(why), html.P([use, " ", more])], className="withdrawn")
