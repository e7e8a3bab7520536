"""From an Exchange build to the product: what is a build, and where each product begins."""

import pytest

from connectors.exchange_server.builds import build_of, product_of
from rules.email_systems import Product
from rules.facts import Version


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("15.2.1544.4", (15, 2, 1544, 4)),
        (" 15.2.1544 ", (15, 2, 1544)),
        ("15.02.1544.004", (15, 2, 1544, 4)),
        ("15.2", None),
        ("15.2.1.2.3", None),
        ("15.2.123456.1", None),
        ("Version 15.2.1544.4", None),
        ("", None),
    ],
)
def test_a_build_is_three_or_four_numbers(text: str, build: Version | None) -> None:
    assert build_of(text) == build


@pytest.mark.parametrize(
    ("build", "product"),
    [
        ((6, 5, 7638), Product.EXCHANGE_2003),
        ((8, 3, 83, 6), Product.EXCHANGE_2007),
        ((14, 3, 123, 4), Product.EXCHANGE_2010),
        ((15, 0, 847, 31), Product.EXCHANGE_2013),
        ((15, 0, 847, 32), Product.EXCHANGE_2013_SP1),
        ((15, 1, 1, 1), Product.EXCHANGE_2016),
        ((15, 2, 2561, 99), Product.EXCHANGE_2019),
        ((15, 2, 2562, 17), Product.EXCHANGE_SUBSCRIPTION_EDITION),
        ((15, 20, 1, 1), Product.EXCHANGE_ONLINE),
        ((15, 3, 1, 1), None),
        ((16, 0, 1, 1), None),
        ((6, 4, 1, 1), None),
    ],
)
def test_a_build_belongs_to_the_last_product_that_it_reaches(
    build: Version, product: Product | None
) -> None:
    assert product_of(build) is product
