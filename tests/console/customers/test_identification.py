"""Who has the number: five outcomes, of which only `one` binds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.customers.identification import MOST_CANDIDATES, Candidate, Outcome, Strength, chosen, identify
from console.customers.likelihood import Signs
from telephony.numbers import Plan, normalise

SK = Plan("SK", extensions=(3, 4))
CALLER = normalise("+421905123456", SK)


def candidate(
    ref: str,
    e164: str = "+421905123456",
    *,
    company: str | None = None,
    label: str | None = None,
    shared: bool = False,
) -> Candidate:
    company_ref = company and company.lower()
    return Candidate(int(ref[1:]), ref, f"Name {ref}", company, company_ref, e164, label, shared)


def test_one_binds_and_says_why() -> None:
    found = identify(CALLER, [candidate("C1", label="mobile", company="Acme")])
    assert found.outcome is Outcome.ONE
    assert found.bound is found.matches[0]
    assert (found.bound.ref, found.bound.company, found.bound.company_ref) == ("C1", "Acme", "acme")
    assert found.bound.strength is Strength.EXACT
    assert found.why == "Exact match on the mobile number"
    assert found.set_aside == ()


def test_a_number_without_label() -> None:
    assert identify(CALLER, [candidate("C1")]).why == "Exact match on the number"


def test_the_same_customer_twice_is_one() -> None:
    found = identify(
        CALLER, [candidate("C1"), candidate("C1", label="office"), candidate("C1", label="home")]
    )
    assert found.outcome is Outcome.ONE
    assert found.why == "Exact match on the office number"


@pytest.mark.parametrize(
    "candidates",
    [
        [candidate("C1", shared=True)],
        [candidate("C1"), candidate("C1", shared=True)],
        [candidate("C1", shared=True), candidate("C2")],
        [candidate("C1", company="Acme"), candidate("C2", company="Acme")],
    ],
)
def test_shared_binds_nobody(candidates: list[Candidate]) -> None:
    found = identify(CALLER, candidates)
    assert found.outcome is Outcome.SHARED
    assert found.bound is None
    assert {match.ref for match in found.matches} == {each.ref for each in candidates}


@pytest.mark.parametrize("companies", [(None, None), ("Acme", None), ("Acme", "Best")])
def test_several_others_are_many(companies: tuple[str | None, str | None]) -> None:
    found = identify(CALLER, [candidate("C1", company=companies[0]), candidate("C2", company=companies[1])])
    assert found.outcome is Outcome.MANY
    assert found.bound is None
    assert [match.ref for match in found.matches] == ["C1", "C2"]


@pytest.mark.parametrize("shared", [False, True])
def test_of_more_than_can_be_looked_at_nothing_is_claimed(shared: bool) -> None:
    several = [candidate(f"C{each}", company="Acme") for each in range(MOST_CANDIDATES)]
    assert identify(CALLER, several).why == "All who have it belong to Acme"
    found = identify(CALLER, [*several, candidate("C9999", company="Acme", shared=shared)])
    assert found.outcome is (Outcome.SHARED if shared else Outcome.MANY)
    assert shared or found.why == "More than 1,000 customers have this number; not all are listed"


def test_none() -> None:
    found = identify(CALLER, [])
    assert (found.outcome, found.bound, found.matches) == (Outcome.NONE, None, ())
    assert found.why == "No customer has this number"


def test_withheld_matches_nobody_whatever_is_stored() -> None:
    found = identify(normalise("anonymous", SK), [candidate("C1", "")])
    assert (found.outcome, found.bound, found.matches) == (Outcome.WITHHELD, None, ())


def test_an_argentine_mobile_matches_without_its_9() -> None:
    found = identify(normalise("+5491123456789", SK), [candidate("C1", "+541123456789")])
    assert found.outcome is Outcome.ONE


@pytest.mark.parametrize("raw", ["5123456", "123456"])
def test_a_short_national_match_is_suggested_and_never_binds(raw: str) -> None:
    found = identify(normalise(raw, SK), [candidate("C1", label="mobile"), candidate("C2", "+36905123456")])
    assert (found.outcome, found.bound) == (Outcome.NONE, None)
    [match] = found.matches
    assert (match.ref, match.strength) == ("C1", Strength.WEAK)
    assert str(len(raw)) in match.why


def test_a_piece_that_is_no_number_suggests_in_its_own_country_only() -> None:
    piece = normalise("555 0123", Plan("US"))
    found = identify(piece, [candidate("C1", "+12125550123"), candidate("C2", "+442125550123")])
    assert [match.ref for match in found.matches] == ["C1"]
    assert found.outcome is Outcome.NONE


def test_no_suggestion_across_countries() -> None:
    """Nine digits behind +420 and behind +421 are two telephones."""
    found = identify(CALLER, [candidate("C1", "+420905123456"), candidate("C2", "+4930905123456")])
    assert (found.outcome, found.matches) == (Outcome.NONE, ())
    assert {each.ref: each.why for each in found.set_aside} == {
        "C1": "+420905123456 has the same digits, but is in another country: a different telephone",
        "C2": "+4930905123456 ends alike, but is in another country: a different telephone",
    }


def test_the_same_last_digits_alone_set_aside() -> None:
    found = identify(CALLER, [candidate("C1", "+421911123456"), candidate("C2", "+42190512345")])
    assert (found.outcome, found.matches) == (Outcome.NONE, ())
    assert found.set_aside[0].why == "+421911123456 only has the same last 6 digits: a different telephone"


def test_nobody_is_both_suggested_and_set_aside() -> None:
    piece = normalise("5123456", SK)
    found = identify(piece, [candidate("C1", "+421911123456"), candidate("C1")])
    assert [match.ref for match in found.matches] == ["C1"]
    assert found.set_aside == ()


def test_of_several_the_likeliest_stand_first_and_say_why() -> None:
    called = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    signs = {
        2: Signs(late_days=3),
        3: Signs(open_cases=2, late_days=1),
        4: Signs(called_at=called - timedelta(days=1)),
        5: Signs(called_at=called),
    }
    found = identify(CALLER, [candidate(f"C{place}") for place in range(1, 6)], signs)
    exact = "Exact match on the number"
    assert [(match.ref, match.why) for match in found.matches] == [
        ("C5", f"{exact}; called from it last, on 2026-11-20 at 14:05"),
        ("C4", f"{exact}; called from it on 2026-11-19 at 14:05"),
        ("C3", f"{exact}; 2 open cases, an order 1 day late"),
        ("C2", f"{exact}; an order 3 days late"),
        ("C1", exact),
    ]
    assert (found.outcome, found.bound) == (Outcome.MANY, None)


def test_without_any_sign_the_name_decides_the_order() -> None:
    people = [replace(candidate("C1"), name="zora"), replace(candidate("C2"), name="Adam")]
    assert [match.name for match in identify(CALLER, people).matches] == ["Adam", "zora"]


def test_the_steps_end_with_the_outcome() -> None:
    people = [candidate(ref, company="Kvety s.r.o.") for ref in ("C1", "C2")]
    assert identify(CALLER, people).steps[-1] == "All who have it belong to Kvety s.r.o."
    assert identify(CALLER, [candidate("C1")]).steps == (*CALLER.steps, "Exact match on the number.")


def test_few_digits_suggest_nobody() -> None:
    assert identify(normalise("23456", SK), [candidate("C1")]).matches == ()


def test_an_exact_match_leaves_the_weak_ones_out() -> None:
    found = identify(CALLER, [candidate("C2", "+421123456"), candidate("C1")])
    assert [match.ref for match in found.matches] == ["C1"]


@pytest.mark.parametrize(("raw", "why"), [("101", "extension"), ("abc", "no telephone number")])
def test_what_is_no_number_says_so(raw: str, why: str) -> None:
    found = identify(normalise(raw, SK), [])
    assert found.outcome is Outcome.NONE
    assert why in found.why


def test_a_choice_binds() -> None:
    [match, _] = identify(CALLER, [candidate("C1"), candidate("C2")]).matches
    assert chosen(match, CALLER).bound is match
