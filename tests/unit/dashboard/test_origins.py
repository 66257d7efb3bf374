"""The list of who may frame: a log that only grows, read again when it changes, closed when it is damaged."""

import datetime as dt
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.__main__ import main
from dashboard.headers import embed_policy
from dashboard.origins import SOURCE, AllowList, OriginsError, changes, listed, parsed, write
from dashboard.settings import Settings
from etl.release.read import Store
from tests.samples.tiny_site import tiny_server

BORNE = "https://www.borne.example"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "regiobeeld.origins.log"


def framers(client: FlaskClient) -> list[str]:
    told = client.get("/embed/cijfer?indicator=misdrijven").headers["Content-Security-Policy"]
    return next(part.split()[1:] for part in told.split("; ") if part.startswith("frame-ancestors"))


def test_the_log_keeps_every_change_with_its_moment(log: Path) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    write(log, "add", "https://WWW.borne.example/")
    write(log, "add", "https://*.hengelo.example:8443")
    write(log, "remove", BORNE)
    found = changes(log)
    assert [(one.action, one.origin) for one in found] == [
        ("add", BORNE),
        ("add", "https://*.hengelo.example:8443"),
        ("remove", BORNE),
    ]
    assert all(before <= one.moment <= dt.datetime.now(dt.UTC) for one in found)
    assert listed(found) == ("https://*.hengelo.example:8443",)


def test_a_change_that_changes_nothing_is_refused(log: Path) -> None:
    write(log, "add", BORNE)
    with pytest.raises(OriginsError, match="already on the list"):
        write(log, "add", BORNE)
    with pytest.raises(OriginsError, match="not on the list"):
        write(log, "remove", "https://elders.example")
    assert len(changes(log)) == 1


@pytest.mark.parametrize(
    "text",
    ["", "*", "borne.nl", "https://", "https://a.nl/pad", "https://a.nl; script-src *", "javascript:1",
     "https://a.nl\nhttps://b.nl", "https://*", "https://a..nl", "ftp://a.nl", "https://ä.nl", "'self'"],
)  # fmt: skip
def test_what_is_no_origin_never_reaches_the_list(log: Path, text: str) -> None:
    with pytest.raises(OriginsError, match="expected an origin"):
        write(log, "add", text)
    assert not log.exists()


def test_everything_on_the_list_may_stand_in_a_policy() -> None:
    for origin in (BORNE, "http://localhost:8080", "https://*.a.b-c.nl"):
        assert SOURCE.fullmatch(parsed(origin)) and origin in embed_policy((parsed(origin),))


def test_the_list_works_without_a_restart(store: Store, log: Path) -> None:
    client = tiny_server(store, Settings(origins=str(log))).test_client()
    assert framers(client) == ["*"]
    write(log, "add", BORNE)
    assert framers(client) == ["'self'", BORNE]
    write(log, "add", "https://www.hengelo.example")
    assert framers(client) == ["'self'", BORNE, "https://www.hengelo.example"]
    write(log, "remove", BORNE)
    write(log, "remove", "https://www.hengelo.example")
    assert framers(client) == ["'self'"], "an empty list is nobody, not everybody"


def test_settings_and_list_add_up_and_a_star_stays_open(log: Path) -> None:
    write(log, "add", BORNE)
    assert AllowList(("https://a.example",), log).sources() == ("https://a.example", BORNE)
    assert "*" in AllowList(("*",), log).sources()


def test_a_damaged_list_never_opens_the_door(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    allowed = AllowList((), log)
    write(log, "add", BORNE)
    assert allowed.sources() == (BORNE,)
    with log.open("a", encoding="utf-8") as file:
        file.write("2026-01-01\tadd\thttps://x.nl; default-src *\n")
    assert allowed.sources() == (BORNE,) and "line 2" in caplog.text
    log.rename(log.with_suffix(".away"))
    assert allowed.sources() == (BORNE,)
    log.with_suffix(".away").rename(log)
    assert AllowList((), log).sources() == (), "started anew on a damaged list: nobody"


def test_the_file_lies_beside_the_database_unless_named(tmp_path: Path) -> None:
    beside = Settings(database=f"sqlite:///{tmp_path}/nl.db").origins_file
    assert beside == tmp_path / "nl.origins.log"
    sealed = Settings(database="sqlite:///file:/data/nl.db?immutable=1&uri=true").origins_file
    assert sealed == Path("/data/nl.origins.log")
    assert Settings(database="postgresql://reader@host/nl").origins_file == Path("var/regiobeeld.origins.log")
    named = Settings.from_env({"REGIOBEELD_ORIGINS": "/etc/regiobeeld/origins.log"})
    assert named.origins_file == Path("/etc/regiobeeld/origins.log")


def test_the_command_adds_removes_and_lists(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REGIOBEELD_ORIGINS", str(log))
    monkeypatch.delenv("REGIOBEELD_EMBED_ORIGINS", raising=False)
    assert main(["origins", "list"]) == 0
    assert "Iedereen" in capsys.readouterr().out
    assert main(["origins", "add", BORNE]) == 0
    assert f"Insluiten mag nu: {BORNE}" in capsys.readouterr().out
    assert main(["origins", "list"]) == 0
    told = capsys.readouterr().out
    assert f"{BORNE}\top de lijst" in told and f"\tadd\t{BORNE}" in told
    assert main(["origins", "add", "borne.nl"]) == 1
    assert "expected an origin" in capsys.readouterr().err
    assert main(["origins", "remove", BORNE]) == 0
    assert "niemand" in capsys.readouterr().out
