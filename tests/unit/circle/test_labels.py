"""Numbers on the map of a circle: those that would cover each other move apart, the others stay."""

from dashboard.figures.svg_circle import apart


def test_two_over_each_other_become_two_lines() -> None:
    placed = apart([("7", 0.0, 10.0), ("12", 8.0, 4.0), ("3", 200.0, 6.0)], 1.0)
    (_, x7, y7), (_, x12, y12), far = placed
    assert y7 - y12 >= 26, "the lower one stays the lower one"
    assert (x7, x12) == (0.0, 8.0)
    assert far == ("3", 200.0, 6.0)


def test_at_one_height_there_is_still_an_upper_one() -> None:
    (_, _, first), (_, _, second) = apart([("1", 0.0, 0.0), ("2", 0.0, 0.0)], 2.0)
    assert abs(first - second) >= 52


def test_next_to_each_other_nothing_moves() -> None:
    beside = [("1", 0.0, 0.0), ("2", 40.0, 0.0)]
    assert apart(beside, 1.0) == beside
