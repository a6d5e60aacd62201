"""Groups too small to show, and those hidden with them."""

from hypothesis import given
from hypothesis import strategies as st

from survey.dashboards.small_groups import MINIMUM, concealed, is_small


def test_is_small__below_the_minimum_but_not_empty() -> None:
    assert [is_small(n) for n in (0, 1, MINIMUM - 1, MINIMUM)] == [False, True, True, False]


def test_concealed__no_small_group__nothing_hidden() -> None:
    assert concealed([10, 250, 0]) == frozenset()


def test_concealed__one_small_group__the_next_smallest_goes_with_it() -> None:
    assert concealed([200, 5, 40, 30]) == {1, 3}


def test_concealed__two_small_groups_of_enough__no_more_is_hidden() -> None:
    assert concealed([6, 7, 100]) == {0, 1}


def test_concealed__two_small_groups_of_too_few__a_third_goes_with_them() -> None:
    assert concealed([2, 3, 100, 50]) == {0, 1, 3}


@given(st.lists(st.integers(min_value=0, max_value=60), max_size=12))
def test_concealed__any_sizes__what_is_left_of_the_total_is_never_a_small_group(sizes: list[int]) -> None:
    hidden = concealed(sizes)
    assert all(not is_small(n) for place, n in enumerate(sizes) if place not in hidden)
    rest = sum(sizes[place] for place in hidden)
    every_other_is_hidden = all(n < MINIMUM for place, n in enumerate(sizes) if place not in hidden)
    assert not hidden or (rest >= MINIMUM and len(hidden) > 1) or every_other_is_hidden
