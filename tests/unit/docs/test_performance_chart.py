from xml.etree import ElementTree as ET

from infra.docs import performance_chart
from tests.bench.contenders import OF_ONE_TABLE

SVG = "{http://www.w3.org/2000/svg}"


def test_every_contender_can_be_drawn() -> None:
    assert set(performance_chart._LABELS) == set(OF_ONE_TABLE)


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    drawing = ET.fromstring(performance_chart.render_chart())  # noqa: S314 - our own
    lengths = [float(bar.attrib["width"]) for bar in drawing.iter(f"{SVG}rect") if "class" in bar.attrib]
    rates = [float(text.text.replace(",", "")) for text in drawing.iter(f"{SVG}text") if text.text and text.text.replace(",", "").isdigit()]
    assert len(lengths) == len(rates) > 5
    for length, rate in zip(lengths, rates, strict=True):
        assert abs(length - lengths[0] * rate / rates[0]) <= 1
