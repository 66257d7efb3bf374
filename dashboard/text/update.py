"""`python -m dashboard.text.update`: the Dutch texts go in; every English catalogue comes out in step.

A new text arrives empty. An English text whose Dutch has changed stays, marked "fuzzy" with the Dutch it was
made from: a translator's tool shows it as needing work, and a test refuses it until the mark is gone.
"""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from dashboard.text import domains, template, translation

WIDTH = 100
ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES"


def updated(source: Catalog, old: Catalog) -> Catalog:
    """The catalogue `old` with the texts of `source`, in their order. Texts are matched by key."""
    known = {message.context: message for message in old if message.id}
    new = Catalog(
        locale=old.locale,
        domain=old.domain,
        header_comment=old.header_comment,
        project=old.project,
        version=old.version,
        msgid_bugs_address=old.msgid_bugs_address,
        creation_date=source.creation_date,
        revision_date=old.revision_date or source.revision_date,
        last_translator=old.last_translator,
        language_team=old.language_team,
        fuzzy=False,
    )
    for message in source:
        if message.id:
            _carry(new, message, known.get(message.context))
    return new


def _carry(new: Catalog, message: Message, old: Message | None) -> None:
    if old is None or type(old.id) is not type(message.id):
        new.add(message.id, context=message.context)
        return
    stale = old.id != message.id
    new.add(
        message.id,
        old.string,
        context=message.context,
        flags={"fuzzy"} if stale or old.fuzzy else (),
        previous_id=old.id if stale else old.previous_id,
    )


def main() -> None:
    """Write every English catalogue anew; a new one for a new page."""
    for domain in domains():
        path = ENGLISH / f"{domain}.po"
        old = translation(domain, "en") if path.exists() else Catalog(locale="en", domain=domain)
        fresh = updated(template(domain), old)
        with path.open("wb") as file:
            write_po(file, fresh, width=WIDTH, include_previous=True)


if __name__ == "__main__":
    main()
