"""StatLine's "Gebieden in Nederland" in; one row a gemeente with its regions, for the groupings file, out."""

from etl.catalogue.files import GroupingsTable
from etl.errors import Fault, InputError
from etl.extract.answers import Answers
from etl.extract.statline.form import Choice, Measure, Selection
from etl.extract.statline.v3 import V3
from etl.extract.statline.v4 import V4


def read_groupings(declared: GroupingsTable, answers: Answers) -> list[dict[str, str]]:
    """gemeentecode and the declared columns, blanks trimmed, one row a gemeente in order of code.

    Titles stand under groups ("Provincies / Code"). InputError with all titles that are not there.
    """
    service = V3(answers, declared.table) if declared.version == "v3" else V4(answers, declared.table)
    service.refresh()
    form = service.form()
    areas = [one for one in form.dimensions if one.kind == "area"] or list(form.dimensions[:1])
    faults, chosen = [], {}
    for column, title in declared.columns.items():
        found = [one for one in form.measures if one.answers_to(title)]
        if len(found) != 1:
            near = found or [one for one in form.measures if one.answers_to(title.rpartition("/")[2])]
            paths = ", ".join(repr(one.path) for one in near[:30]) or "no such title"
            where = f"fetch.groupings.columns.{column}"
            faults.append(Fault("config", where, f"{title!r}, {len(found)} times", f"one of {paths}"))
        else:
            chosen[column] = found[0]
    if not areas:
        faults.append(Fault(answers.name, declared.table, "no dimension", "the gemeenten"))
    if faults:
        raise InputError(faults)
    choices = tuple(Choice(column, measure, (), False) for column, measure in chosen.items())
    rows = _rows(service, Selection(areas[0], None, {}, (), choices), chosen)
    if not rows:
        raise answers.refuse(declared.table, "no gemeente", "a row a gemeente", "Check the table's name")
    return [rows[code] for code in sorted(rows)]


def _rows(service: V3 | V4, selection: Selection, chosen: dict[str, Measure]) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for row in service.rows(selection):
        code = row.area.strip()
        if not code.startswith("GM"):
            continue
        cells = rows.setdefault(code, {"gemeentecode": code})
        for column, measure in chosen.items():
            value = row.cells.get(measure.key)
            if value is not None:
                cells[column] = str(value).strip()
    return rows
