"""The facts of a brief in, the bytes of a PDF/UA-1 out.

Facts reach the template as JSON, never as markup: whatever a name holds is text. Nothing is fetched, and the
fonts are our own (those of the embeds), so the same brief is the same file on every machine.
"""

import datetime as dt
import json
from pathlib import Path

from dashboard.brief.facts import Facts

TEMPLATE = Path(__file__).parent / "brief.typ"
FONTS = Path(__file__).parent.parent / "embed" / "fonts"
STANDARD = "ua-1"
"""PDF/UA-1, ISO 14289-1: tagged, with a title, a language and text for every picture."""


def typeset(facts: Facts, made: dt.datetime) -> bytes:
    """Two pages. made: the date inside the file, of the release, not of today."""
    # Brought in by the first brief: a process that makes none is spared its seven megabytes.
    import typst

    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=made,
    )
