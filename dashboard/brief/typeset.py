"""The facts of a brief in, the bytes of a PDF/UA-1 out.

Facts reach the template as JSON, never as markup: whatever a name holds is text. Nothing is fetched: fonts
are those of the system or, without any, the ones inside typst.
"""

import datetime as dt
import json
from pathlib import Path

import typst

from dashboard.brief.facts import Facts

TEMPLATE = Path(__file__).parent / "brief.typ"
STANDARD = "ua-1"
"""PDF/UA-1, ISO 14289-1: tagged, with a title, a language and text for every picture."""


def typeset(facts: Facts, made: dt.datetime, *, system_fonts: bool = True) -> bytes:
    """Two pages. made: the date inside the file, of the release, so that the same brief is the same file."""
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        ignore_system_fonts=not system_fonts,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=made,
    )
