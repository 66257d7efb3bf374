"""In: cases and young people. Out: their microdata files: some as on CBS's drive, some as they would be
delivered to CBS by police, FIU and gemeenten.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from etl.demo.cases import Transactions, Visits, Waste
from etl.demo.columns import Columns, coded, constant, dates, digits, scatter, write_table
from etl.demo.microdata import rin, rin_object
from etl.demo.places import Places
from etl.demo.youth import LEVELS, MEASURES, Youth

INCIDENT, TRANSACTION = 13, 17
DELIVERED = "Maatwerk"


def write_visits(root: Path, name: str, column: str, rows: Visits, year: int) -> None:
    """Hemp farms or closures of a year: address and day."""

    def columns(part: slice) -> Columns:
        return {
            "SOORTOBJECTNUMMER": constant("B", len(rows.at[part])),
            "RINOBJECTNUMMER": rin_object(rows.at[part]),
            column: dates(rows.day[part]),
        }

    write_table(root / f"{DELIVERED}/{name}/{name}{year}V1.parquet", len(rows.at), columns)


def write_waste(root: Path, rows: Waste, places: Places, year: int) -> None:
    """Finds of drug waste of a year; the buurt is not always known."""
    codes = [*(code[2:] for code in places.buurt_code), "--------"]

    def columns(part: slice) -> Columns:
        buurt = rows.buurt[part]
        return {
            "INCIDENTNUMMER": digits(scatter(rows.incident[part], INCIDENT, 12), 12),
            "DATUMVONDST": dates(rows.day[part]),
            "bc2024": coded(np.where(buurt < 0, len(codes) - 1, buurt), codes),
        }

    path = root / f"{DELIVERED}/POLITIE_DRUGSAFVAL/POLITIE_DRUGSAFVAL{year}V1.parquet"
    write_table(path, len(rows.incident), columns)


def write_transactions(root: Path, rows: Transactions, year: int) -> None:
    """Suspicious transactions of a year."""

    def columns(part: slice) -> Columns:
        return {
            "RINPERSOONS": coded((~rows.linked[part]).astype(np.int32), ["R", "F"]),
            "RINPERSOON": rin(rows.person[part]),
            "TRANSACTIENUMMER": digits(scatter(rows.transaction[part], TRANSACTION, 12), 12),
            "TRANSACTIEDATUM": dates(rows.day[part]),
        }

    path = root / f"{DELIVERED}/FIU_TRANSACTIES/FIU_TRANSACTIES{year}V1.parquet"
    write_table(path, len(rows.person), columns)


def write_youth(root: Path, rows: Youth, year: int) -> None:
    """HOOGSTEOPLTAB, JGDBESCHERMBUS and HALTTAB of a year."""

    def education(part: slice) -> Columns:
        return {
            "RINPERSOONS": constant("R", len(rows.person[part])),
            "RINPERSOON": rin(rows.person[part]),
            "OPLNIVSOI2021AGG4HBmetNIRWO": coded(rows.level[part], list(LEVELS)),
        }

    def protection(part: slice) -> Columns:
        return {
            "RINPERSOONS": constant("R", len(rows.protected[part])),
            "RINPERSOON": rin(rows.protected[part]),
            "JGDBMAATREGEL": coded(rows.measure[part], list(MEASURES)),
            "JGDBGELDIGHEIDBEGINDATUM": dates(rows.first[part]),
            "JGDBGELDIGHEIDEINDDATUM": dates(rows.last[part]),
        }

    def halt(part: slice) -> Columns:
        return {
            "RINPERSOONS": constant("R", len(rows.at_halt[part])),
            "RINPERSOON": rin(rows.at_halt[part]),
            "HALTDATUM": dates(rows.halt_day[part]),
        }

    write_table(
        root / f"Onderwijs/HOOGSTEOPLTAB/{year}/HOOGSTEOPL{year}TABV1.parquet", len(rows.person), education
    )
    justice = root / "VeiligheidRecht"
    write_table(justice / f"JGDBESCHERMBUS/JGDBESCHERM{year}BUSV1.parquet", len(rows.protected), protection)
    write_table(justice / f"HALTTAB/HALT{year}TABV1.parquet", len(rows.at_halt), halt)
