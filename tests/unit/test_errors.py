"""What the data officer reads when something is refused."""

from etl.errors import Fault, InputError


def test_faults_stand_in_the_order_of_their_lines() -> None:
    faults = [Fault("a.csv", f"line {number}, x", "f", "e") for number in (10, 2, 1)]
    assert [one.where for one in InputError(faults).faults] == ["line 1, x", "line 2, x", "line 10, x"]


def test_any_text_can_be_put_in_order() -> None:
    texts = ["²", "10", "2", "", "a2b10", "a2b9", "é"]
    faults = [Fault("a.csv", text, text, text, text) for text in texts]
    assert len(InputError(faults).faults) == len(texts)
