"""The picture shows every stage that takes time, the takt, the reserve, and is reproducible."""

import xml.etree.ElementTree as ElementTree

from host_sim.picture import chart_rows, draw
from host_sim.verdict import judge
from tests.synthetic import result


def test_both_files_are_written_and_the_svg_is_the_same_twice(tmp_path):
    verdict = judge([result(0), result(1)], 30.0)
    first = draw(verdict, tmp_path / "a", "seed 1")
    second = draw(verdict, tmp_path / "b", "seed 1")
    assert [path.name for path in first] == ["stroke.svg", "stroke.png"]
    assert first[0].read_bytes() == second[0].read_bytes()
    assert first[1].read_bytes()[:4] == b"\x89PNG"
    ElementTree.parse(first[0])


def test_rows_stand_in_the_order_in_which_they_begin_with_the_branch_among_them():
    names = [stage.name for stage in chart_rows(judge([result(0), result(1)], 30.0))]
    assert names.index("index") < names.index("transfer") < names.index("settle")
    assert names[-2:] == ["ready", "service"]


def test_a_stroke_longer_than_the_takt_can_be_drawn(tmp_path):
    verdict = judge([result(0, 25, factor=1.5), result(1, 25, factor=1.5)], 30.0)
    assert verdict.reserve_us < 0
    assert draw(verdict, tmp_path)
