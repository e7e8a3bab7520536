"""Time zones by their names: those of Microsoft's article, those of Windows, and neither."""

import pytest

from connectors.dynamics.time_zones import OTHERS, REFUSED, is_listed_as_refused

ARTICLE = """
Eastern Standard Time (Mexico), Montevideo Standard Time, Morocco Standard Time,
Egypt Standard Time,
Kaliningrad Standard Time, Namibia Standard Time, Sudan Standard Time, Arabic Standard Time,
T\u00fcrkiye Standard Time, Belarus Standard Time, Astrakhan Standard Time,
Azerbaijan Standard Time,
Russia Time Zone 3, Russian Standard Time, Caucasus Standard Time, Ekaterinburg Standard Time,
Altai Standard Time, W. Mongolia Standard Time, North Asia Standard Time,
N. Central Asia Standard Time, Omsk Standard Time, Tomsk Standard Time,
North Asia East Standard Time, Transbaikal Standard Time, Yakutsk Standard Time,
Vladivostok Standard Time, Bougainville Standard Time, Russia Time Zone 10, Magadan Standard Time,
Norfolk Standard Time, Sakhalin Standard Time, Russia Time Zone 11
"""


@pytest.mark.parametrize("name", [each.strip() for each in ARTICLE.split(",")])
def test_the_zones_of_the_article_are_listed(name: str) -> None:
    assert is_listed_as_refused(name) is True


@pytest.mark.parametrize("name", ["Turkey Standard Time", "Russia TZ 2 Standard Time"])
def test_a_listed_zone_by_its_other_name_is_listed(name: str) -> None:
    assert is_listed_as_refused(name) is True


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "UTC", "Pacific Standard Time"])
def test_another_zone_of_windows_is_not(name: str) -> None:
    assert is_listed_as_refused(name) is False


@pytest.mark.parametrize("name", ["", "Atlantis Standard Time", "turkey standard time"])
def test_a_name_that_is_nowhere_tells_nothing(name: str) -> None:
    assert is_listed_as_refused(name) is None


def test_no_zone_is_both() -> None:
    assert not REFUSED & OTHERS
