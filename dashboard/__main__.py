"""Commands of who runs the site. Arguments and the environment go in; an answer and an exit status come out.

    python -m dashboard origins list             who may show embeds in a frame, and since when
    python -m dashboard origins add ORIGIN       such as https://www.gemeente.nl
    python -m dashboard origins remove ORIGIN

Exit status: 0 done, 1 refused (the message says why), 2 wrong use.
"""

import argparse
import sys
from collections.abc import Sequence

from dashboard import origins
from dashboard.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        settings = Settings.from_env()
        if options.action == "list":
            told = _listed(settings)
        else:
            told = _changed(settings, options.action, options.origin)
    except (SettingsError, origins.OriginsError, OSError) as refusal:
        sys.stderr.write(f"Geweigerd. {refusal}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def parser() -> argparse.ArgumentParser:
    """What can be asked."""
    made = argparse.ArgumentParser(prog="python -m dashboard", description="Who may frame the embeds.")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("origins", help="the list of sites that may show our embeds")
    actions = command.add_subparsers(required=True, metavar="ACTION", dest="action")
    actions.add_parser("list", help="who is on it, and every change")
    for action in ("add", "remove"):
        actions.add_parser(action).add_argument("origin", metavar="ORIGIN")
    return made


def _changed(settings: Settings, action: str, text: str) -> list[str]:
    path = settings.origins_file
    origin = origins.write(path, action, text)
    told = f"{origin} staat op de lijst." if action == "add" else f"{origin} staat niet meer op de lijst."
    return [told, *_consequence(settings)]


def _listed(settings: Settings) -> list[str]:
    path = settings.origins_file
    log = origins.changes(path) if path.exists() else ()
    lines = [f"{origin}\top de lijst" for origin in origins.listed(log)]
    lines += [f"{origin}\tin REGIOBEELD_EMBED_ORIGINS" for origin in settings.embed_origins]
    lines += ["Wijzigingen:"] if log else []
    lines += [f"{change.moment.isoformat()}\t{change.action}\t{change.origin}" for change in log]
    return lines + _consequence(settings)


def _consequence(settings: Settings) -> list[str]:
    """What a visitor now meets: the first line of a list closes a site that was open."""
    sources = origins.AllowList(settings.embed_origins, settings.origins_file).sources()
    if "*" in sources:
        return ["Iedereen mag nu insluiten."]
    return [f"Insluiten mag nu: {' '.join(sources) or 'niemand'}. Dat geldt meteen."]


if __name__ == "__main__":
    sys.exit(main())
