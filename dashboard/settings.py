"""The server's settings. The environment goes in, once; a frozen `Settings` comes out."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DATABASE = "sqlite:///var/regiobeeld.db"
HOST = "127.0.0.1"
PORT = 8050


class SettingsError(ValueError):
    """A setting that cannot be read: which one, what was found, what was expected."""


@dataclass(frozen=True)
class Settings:
    """database: SQLAlchemy address of the release store; host, port: where `python app.py` listens; origin:
    public address of this site without a slash at the end, empty when it is reached at whatever address the
    visitor typed; embed_origins: who may show our embeds in a frame, as CSP sources, beside those on the
    list; origins: the file of that list, empty for the one beside the database (see `dashboard.origins`);
    locator: address of a Locatieserver, empty for none (see `dashboard.locator`); tokens: file with an
    operator's own look, empty for none (see `dashboard.tokens`).
    """

    database: str = DATABASE
    host: str = HOST
    port: int = PORT
    origin: str = ""
    embed_origins: tuple[str, ...] = ()
    origins: str = ""
    locator: str = ""
    tokens: str = ""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Settings from HOST, PORT and REGIOBEELD_DATABASE, _ORIGIN, _EMBED_ORIGINS, _ORIGINS,
        _LOCATIESERVER and _TOKENS.

        SettingsError for a port that is no number between 0 and 65535, or a Locatieserver that is no address.
        """
        env = os.environ if environment is None else environment
        port = env.get("PORT", "").strip() or str(PORT)
        if not port.isdecimal() or int(port) > 65535:
            raise SettingsError(f"PORT: found {port!r}, expected a whole number from 0 to 65535.")
        return cls(
            database=env.get("REGIOBEELD_DATABASE", "").strip() or DATABASE,
            host=env.get("HOST", "").strip() or HOST,
            port=int(port),
            origin=env.get("REGIOBEELD_ORIGIN", "").strip().rstrip("/"),
            embed_origins=tuple(env.get("REGIOBEELD_EMBED_ORIGINS", "").split()),
            origins=env.get("REGIOBEELD_ORIGINS", "").strip(),
            locator=_service(env, "REGIOBEELD_LOCATIESERVER"),
            tokens=env.get("REGIOBEELD_TOKENS", "").strip(),
        )

    @property
    def database_file(self) -> Path | None:
        """The file behind a SQLite address, None for any other database."""
        prefix = "sqlite:///"
        return Path(self.database.removeprefix(prefix)) if self.database.startswith(prefix) else None

    @property
    def origins_file(self) -> Path:
        """The log of who may frame: the one named, else beside the database, else in var/."""
        if self.origins:
            return Path(self.origins)
        file = self.database_file or Path("var/regiobeeld.db")
        # A database that is only read is named as sqlite:///file:/path?options.
        plain = Path(str(file).removeprefix("file:").partition("?")[0])
        return plain.with_name(f"{plain.stem}.origins.log")


def _service(env: Mapping[str, str], name: str) -> str:
    """The address of a service without a slash at the end, empty when there is none."""
    found = env.get(name, "").strip().rstrip("/")
    parts = urlsplit(found)
    sound = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    if found and (not sound or "@" in parts.netloc or re.search(r"\s", found)):
        raise SettingsError(
            f"{name}: found {found!r}, expected an address without parameters, such as "
            "https://api.pdok.nl/bzk/locatieserver/search/v3_1."
        )
    return found
