"""How Dutch and English write numbers, dates, lists and the order of names."""

import datetime as dt

from dashboard.language import border_text, date_text, list_text, number_text, percent_text, sort_key


def test_dates_are_written_out() -> None:
    assert date_text(dt.date(2026, 3, 1), "nl") == "1 maart 2026"
    assert date_text(dt.date(2026, 3, 1), "en") == "1 March 2026"


def test_numbers_have_the_signs_of_their_language() -> None:
    assert (number_text(1204.5, "nl", 1), number_text(1204.5, "en", 1)) == ("1.204,5", "1,204.5")
    assert (border_text(2.5, "nl"), border_text(1500, "en")) == ("2,5", "1,500")
    assert (percent_text(0.45, "nl"), percent_text(1, "en")) == ("45%", "100%")


def test_a_list_ends_in_and() -> None:
    assert list_text(["Zee", "Duin", "Bos"], "nl") == "Zee, Duin en Bos"
    assert list_text(["Zee", "Duin", "Bos"], "en") == "Zee, Duin and Bos"
    assert list_text(["Zee"], "nl") == "Zee"


def test_names_stand_in_dutch_order() -> None:
    """An article, an accent and a capital do not count."""
    names = ["Zwolle", "'s-Gravenhage", "Één", "IJsselstein", "Aa en Hunze", "Gouda", "'t Goy", "Ede"]
    assert sorted(names, key=sort_key) == [
        "Aa en Hunze", "Ede", "Één", "Gouda", "'t Goy", "'s-Gravenhage", "IJsselstein", "Zwolle",
    ]  # fmt: skip
