"""The accessibility statement, `/toegankelijkheid`. Words go in; status, tests, limits, contact come out."""

import datetime as dt
from collections.abc import Sequence

from dashboard.language import date_text
from dashboard.pages.text_page import About, Section, text_page


def build(about: About) -> Sequence[Section]:
    """All sections."""
    words = about.words
    date = date_text(dt.date.fromisoformat(words("accessibility.date")), about.language)
    status = about.prose("accessibility.status") + about.prose("accessibility.status_date", date=date)
    contact = about.prose("accessibility.contact", address=words("site.contact"))
    return [
        Section("status", words("accessibility.status_title"), status),
        Section("getest", words("accessibility.tested_title"), about.prose("accessibility.tested")),
        Section("grenzen", words("accessibility.limits_title"), about.prose("accessibility.limits")),
        Section("contact", words("accessibility.contact_title"), contact),
    ]


PAGE = text_page("accessibility", "/toegankelijkheid", build, menu=False)
