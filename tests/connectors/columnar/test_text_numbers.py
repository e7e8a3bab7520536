"""Numbers by text: what was added is found, and what was added twice differently is told."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from connectors.columnar.text_numbers import CONFLICT, NOWHERE, TextNumbers, digests

PAIRS = st.lists(st.tuples(st.text(min_size=1, max_size=2), st.integers(0, 3)), max_size=30)


def found(numbers: TextNumbers, *texts: str) -> list[int]:
    answer: list[int] = numbers.find(digests(texts)).tolist()
    return answer


def test_nothing_is_found_before_anything_was_added() -> None:
    numbers = TextNumbers()
    assert not numbers
    assert found(numbers, "a", "b") == [NOWHERE, NOWHERE]
    assert "a" not in numbers


def test_a_text_is_found_with_its_number_in_whatever_order_it_is_looked_for() -> None:
    numbers = TextNumbers()
    numbers.add(digests(["a", "b", "c"]), [5, 6, 7])
    assert numbers
    assert found(numbers, "c", "nobody", "a") == [7, NOWHERE, 5]
    assert "c" in numbers
    assert "nobody" not in numbers


@given(PAIRS, PAIRS)
def test_texts_that_are_added_before_and_after_a_look_count_alike(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    numbers = TextNumbers()
    for pairs in (before, after):
        if pairs:
            texts, theirs = zip(*pairs, strict=True)
            numbers.add(digests(texts), theirs)
            found(numbers, *texts)
    expected: dict[str, set[int]] = {}
    for text, number in before + after:
        expected.setdefault(text, set()).add(number)
    for text, met in expected.items():
        assert found(numbers, text) == [met.pop() if len(met) == 1 else CONFLICT]
        assert text in numbers


def test_threads_that_look_at_the_same_time_all_find_what_was_added() -> None:
    texts = [f"{each}@contoso.example" for each in range(50_000)]
    added = digests(texts)
    for _ in range(5):
        numbers = TextNumbers()
        numbers.add(added, range(len(texts)))
        with ThreadPoolExecutor(8) as pool:
            looks = [pool.submit(numbers.__contains__, texts[0]) for _ in range(4)]
            finds = [pool.submit(found, numbers, *texts[:2]) for _ in range(4)]
            assert all(each.result() for each in looks)
            assert all(each.result() == [0, 1] for each in finds)
