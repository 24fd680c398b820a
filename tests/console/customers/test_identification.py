"""Who has the number: five outcomes, of which only `one` binds."""

import pytest

from console.customers.identification import Candidate, Outcome, Strength, chosen, identify
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
    assert [(each.ref, "another country" in each.why) for each in found.set_aside] == [("C1", True)]


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
