"""Each format, read back with the reader its users have, equals the store."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.api.rows import COLUMNS, _own_rests
from dashboard.numbers import STATUS_ORDER
from etl.release.read import Release
from tests.samples.tiny_release import EMPTY, MISSING, UNKNOWN_BUURT, WITHHELD, YEARS, publication

NUMBERS = {
    "schatting": "estimate",
    "standaardfout": "standard_error",
    "ondergrens": "lower",
    "bovengrens": "upper",
    "cijfer": "figure",
    "cijferOndergrens": "figure_lower",
    "cijferBovengrens": "figure_upper",
}


def read_csv(client: FlaskClient, query: str) -> pd.DataFrame:
    answer = client.get(f"/v1/waarden?{query}&formaat=csv")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return pd.read_csv(io.BytesIO(answer.data), keep_default_na=False, na_values=dict.fromkeys(NUMBERS, ""))


@pytest.mark.parametrize("indicator", ["misdrijven", "drugsverdachten", "inwoners"])
@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_cell_of_every_format_equals_the_store(
    client: FlaskClient, release: Release, indicator: str, form: str
) -> None:
    if form == "csv":
        table = read_csv(client, f"indicator={indicator}")
    else:
        table = pd.DataFrame(client.get(f"/v1/waarden?indicator={indicator}").json["waarden"])
    assert list(table.columns) == list(COLUMNS)
    assert set(table["release"]) == {"tiny-1"} and set(table["indeling"]) == {release.info.vintage}
    for year in release.years(indicator):
        rows, values = table[table["jaar"] == year], release.values(indicator, year)
        assert tuple(rows["gebiedscode"]) == release.regions.codes
        assert tuple(rows["niveau"]) == release.regions.level
        for column, name in NUMBERS.items():
            np.testing.assert_array_equal(rows[column].to_numpy(dtype=float), getattr(values, name))
        assert list(rows["klasse"]) == [values.letter(row) for row in range(len(values))]
        assert list(rows["status"]) == [STATUS_ORDER[status] for status in values.status]


def test_json_and_csv_hold_the_same_rows(client: FlaskClient) -> None:
    query = "indicator=drugsverdachten&niveau=buurt&binnen=GM9001&jaar=2021,2023"
    body = client.get(f"/v1/waarden?{query}").json["waarden"]
    table = read_csv(client, query)
    assert len(body) == len(table) == 8
    for row, other in zip(body, table.to_dict("records"), strict=True):
        assert all(
            row[name] == other[name] or (row[name] is None and np.isnan(other[name])) for name in COLUMNS
        )


def test_withheld_missing_and_too_small_are_told_apart_and_never_zero(client: FlaskClient) -> None:
    table = read_csv(client, "indicator=misdrijven&niveau=buurt&jaar=2023").set_index("gebiedscode")
    assert table.loc[[WITHHELD, MISSING, EMPTY], "status"].tolist() == ["geheim", "ontbreekt", "nvt"]
    assert table.loc[[WITHHELD, MISSING], list(NUMBERS)].isna().all().all()
    assert table.loc[EMPTY, "schatting"] > 0 and np.isnan(table.loc[EMPTY, "cijfer"])


def test_too_uncertain_keeps_its_estimate_and_standard_error_in_the_file(client: FlaskClient) -> None:
    table = read_csv(client, "indicator=drugsverdachten&niveau=buurt&jaar=2023&binnen=GM9001")
    assert set(table["status"]) == {"te-onzeker"}
    assert table["schatting"].notna().all() and (table["standaardfout"] > 0).all()


def test_exact_counts_are_whole_in_the_text_and_have_no_error(client: FlaskClient) -> None:
    text = client.get("/v1/waarden?indicator=misdrijven&niveau=gemeente&jaar=2021&formaat=csv").text
    head, first = text.split("\r\n")[:2]
    assert head == ",".join(COLUMNS)
    cells = dict(zip(COLUMNS, first.split(","), strict=True))
    assert cells["schatting"].isdecimal() and cells["standaardfout"] == "0"
    assert cells["ondergrens"] == cells["bovengrens"] == cells["schatting"]


@pytest.mark.parametrize("level", ["wijk", "buurt"])
def test_what_no_buurt_carries_is_told_beside_the_rows(client: FlaskClient, level: str) -> None:
    body = client.get(f"/v1/waarden?indicator=misdrijven&niveau={level}&jaar=2023").json
    assert [row["gebiedscode"] for row in body["nietToegedeeld"]] == ["GM9001", "GM9002", "GM9003"]
    assert {row["aantal"] for row in body["nietToegedeeld"]} == {UNKNOWN_BUURT}
    whole = client.get("/v1/waarden?indicator=misdrijven&niveau=gemeente&jaar=2023").json
    assert whole["nietToegedeeld"] == []
    parts = sum(row["schatting"] or 0 for row in body["waarden"]) + 3 * UNKNOWN_BUURT
    assert parts == sum(row["schatting"] for row in whole["waarden"])


@pytest.mark.parametrize(
    ("inside", "codes"),
    [
        ("KL00", ["GM9001", "GM9002", "GM9003"]),
        ("RE92", ["GM9003"]),
        ("PV92", ["GM9002", "GM9003"]),
        ("GM9002", ["GM9002"]),
        ("WK900101", []),
    ],
)
def test_inside_holds_for_rows_and_for_what_lies_nowhere(
    client: FlaskClient, inside: str, codes: list[str]
) -> None:
    body = client.get(f"/v1/waarden?indicator=misdrijven&niveau=gemeente&jaar=2023&binnen={inside}").json
    assert [row["gebiedscode"] for row in body["waarden"]] == codes
    rest = client.get(f"/v1/waarden?indicator=misdrijven&niveau=buurt&jaar=2023&binnen={inside}").json
    assert [row["gebiedscode"] for row in rest["nietToegedeeld"]] == codes


def test_filters_combine_and_nothing_is_all(client: FlaskClient, release: Release) -> None:
    everything = client.get("/v1/waarden?indicator=misdrijven").json["waarden"]
    assert len(everything) == len(release.regions) * len(YEARS)
    some = client.get("/v1/waarden?indicator=misdrijven&gebied=GM9003,KL00&jaar=2021").json["waarden"]
    assert [row["gebiedscode"] for row in some] == ["KL00", "GM9003"]
    provinces = client.get("/v1/waarden?indicator=misdrijven&niveau=provincie&binnen=KL00&jaar=2021").json
    assert [row["gebiedscode"] for row in provinces["waarden"]] == ["PV91", "PV92"]


def test_the_link_to_itself_gives_the_same_answer(client: FlaskClient) -> None:
    first = client.get("/v1/waarden?jaar=2023,2021&niveau=gemeente&indicator=misdrijven")
    link = first.json["_links"]["self"]["href"]
    assert link == "/v1/waarden?indicator=misdrijven&niveau=gemeente&jaar=2023,2021"
    assert client.get(link).data == first.data


def test_no_number_in_json_is_nan(client: FlaskClient) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    json.loads(client.get("/v1/waarden?indicator=misdrijven").data, parse_constant=refuse)


def test_a_rest_repeated_above_is_told_once_where_it_is_known() -> None:
    regions = publication().map.regions
    at = {code: regions[code].position for code in ("KL00", "RE91", "GM9001", "GM9002", "PV91", "RE92")}
    told = {"KL00": 12.0, "RE91": 10.0, "GM9001": 4.0, "GM9002": 6.0, "PV91": 4.0}
    own = _own_rests(regions, {at[code]: amount for code, amount in told.items()})
    assert own == {at["KL00"]: 2.0, at["GM9001"]: 4.0, at["GM9002"]: 6.0}
