"""Names of the parts of a page that callbacks and scripts reach for. Nothing goes in; `Ids` comes out."""

from enum import StrEnum


class Ids(StrEnum):
    """Every id in one place; the scripts in assets/ use the same words."""

    ADDRESS = "adres"
    PAGE = "pagina"
    CONTENT = "inhoud"
    MAP = "kaart"
    FILTERS = "keuzes"
    PANEL = "gebied"
    SEARCH = "zoek"
    SEARCH_LIST = "zoek-lijst"
    SEARCH_STATUS = "zoek-melding"
    TABLE = "tabel"
    YEARS = "jaren"
    TREND = "verloop"
    HEADING = "kop"
