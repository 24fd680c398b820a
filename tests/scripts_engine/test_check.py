"""The linter."""

from dataclasses import replace
from typing import Any

from scripts_engine.check import (
    ANYWHERE,
    Surroundings,
    check,
    check_named,
    check_script,
    check_together,
)
from scripts_engine.conditions import All, Compare, Not, Operator
from scripts_engine.conditions import Any as AnyOf
from scripts_engine.errors import Level
from scripts_engine.script import Branch, Kind, Script, Step
from tests.scripts_engine.making import TODAY, script


def said(*scripts: Script) -> list[str]:
    return [str(finding) for finding in check(scripts) if finding.script != "fallback"]


def steps(*found: dict[str, Any]) -> Script:
    return script(steps=list(found))


END = {"id": "b", "end": "done"}


def test_a_good_script_has_no_findings() -> None:
    assert check([script(when="cases.open = 0"), script("fallback")]) == []


def test_wrong_comparisons_are_found_wherever_they_are() -> None:
    wrong, right = Compare("cases.opn", Operator.EQUAL, 1), Compare("cases.open", Operator.EQUAL, 1)
    check_step = Step(id="a", kind=Kind.CHECK, branches=(Branch(wrong, "b"), Branch(None, "b")))
    found = Script(
        key="x",
        title="",
        when=All((right, AnyOf((right, Not(wrong))))),
        steps=(check_step, Step(id="b", kind=Kind.END, end="done")),
    )
    places = [finding.where for finding in check_script(found)]
    assert places == ["x: when.all[1].any[1].not", "x: steps[0].check[0].when"]
    assert check_script(found)[0].nearest == "cases.open"


def test_unknown_steps_come_with_the_nearest_name_and_silence_the_unreachable() -> None:
    found = steps(
        {"id": "a", "say": "x", "next": "wsh"}, {"id": "wish", "ask": "y", "answers": {"c": "d", "e": "wish"}}
    )
    assert said(found) == [
        'test: steps[0].next: there is no step "wsh". Did you mean wish?',
        'test: steps[1].answers.c: there is no step "d".',
    ]


def test_duplicate_steps() -> None:
    found = steps({"id": "b", "say": "x", "end": "y"}, END)
    assert said(found) == ['test: steps[1].id: there already is a step "b"; give this one another id.']


def test_dead_ends() -> None:
    assert said(steps({"id": "a", "say": "x"})) == [
        'test: steps[0]: the step "a" leads nowhere; give it "next" or "end".'
    ]
    branch = {"when": "cases.open = 1", "next": "b"}
    assert said(steps({"id": "a", "check": [branch]}, END)) == [
        'test: steps[0]: the check "a" leads nowhere when none of its conditions holds; give it "next".'
    ]
    assert said(steps({"id": "a", "check": [branch, {"next": "b"}]}, END)) == []
    assert said(steps({"id": "a", "check": [branch], "next": "b"}, END)) == []


def test_unreachable_steps() -> None:
    found = steps({"id": "a", "say": "x", "end": "y"}, {"id": "c", "say": "x", "next": "b"}, END)
    assert said(found) == [
        f'test: steps[{at}]: no step leads to "{step}"; lead there from another step, or take it out.'
        for at, step in ((1, "c"), (2, "b"))
    ]


def test_a_circle_is_reached_once() -> None:
    assert said(steps({"id": "a", "ask": "x", "answers": {"again": "a", "on": "b"}}, END)) == []


def test_a_loop_without_a_way_out() -> None:
    loop = [{"id": name, "say": "x", "next": onwards} for name, onwards in ("bc", "cd", "db")]
    found = steps(
        {"id": "a", "ask": "x", "answers": {"round": "b", "out": "e"}}, *loop, {"id": "e", "end": "y"}
    )
    [finding] = said(found)
    assert finding.startswith(
        'test: steps[1]: from here the script never ends: "b", "c", "d" lead only to each'
    )
    long = [{"id": f"s{n}", "say": "x", "next": f"s{(n + 1) % 7}"} for n in range(7)]
    assert '"s3", "s4" and 2 more lead only' in said(steps(*long))[0]


def test_a_dead_end_behind_a_loop_is_told_as_a_dead_end() -> None:
    found = steps({"id": "a", "ask": "x", "answers": {"again": "a", "on": "b"}}, {"id": "b", "say": "x"})
    assert said(found) == ['test: steps[1]: the step "b" leads nowhere; give it "next" or "end".']


def test_what_always_loses_to_a_script_with_conditions() -> None:
    often = script("often", "purchases.count_30d >= 3", priority=60)
    good = script("good", {"all": ["purchases.count_30d >= 5", "cases.open = 0"]})
    [finding] = check_together([good, often, script("fallback")])
    assert str(finding) == (
        'good: priority: never picked: wherever this applies, "often" applies, too, and comes first; '
        "give this one a higher priority."
    )
    assert finding.level is Level.WARNING
    assert not said(often, script("good", {"any": ["purchases.count_30d >= 5", "cases.open = 0"]}))


def test_a_script_that_never_applies_hides_no_other() -> None:
    never = script("never", {"all": ["cases.open = 0", "cases.open = 1"]}, priority=60)
    neither = script("neither", {"all": ["cases.open > 2", "cases.open < 1"]})
    assert not check_together([never, neither, script("fallback", priority=0)])
    elsewhere = script("elsewhere", {"any": ["call.line = 2", "cases.open >= 3"]}, lines=[1], priority=60)
    nowhere = script("nowhere", "call.line = 2", lines=[1])
    both = script("both", "cases.open >= 4", lines=[1])
    findings = check_together([elsewhere, both, nowhere, script("fallback", priority=0)])
    assert [finding.script for finding in findings] == ["both"]


def test_a_script_whose_conditions_cannot_be_read_hides_no_other() -> None:
    unread = replace(script("unread", priority=60), when=All(()))
    behind = script("behind", "cases.open = 0")
    rest = [script("fallback", priority=0)]
    assert [finding.script for finding in check_together([unread, behind, *rest])] == ["behind"]
    assert not check_together([unread, behind, *rest], unread={"unread"})


def test_a_script_without_steps_has_nothing_to_reach() -> None:
    assert check_script(Script(key="x", title="", steps=())) == []


def test_duplicate_keys() -> None:
    assert (
        "test: script: there are 2 scripts with this key; keep one, or give the others keys of their own."
        in said(script(), script())
    )


def test_a_script_is_never_picked_behind_one_that_always_applies() -> None:
    always, behind = script("always", priority=60), script("behind", "cases.open = 1")
    [finding] = check_together([always, behind])
    assert str(finding) == (
        'behind: priority: never picked: "always" has no conditions and always comes first; '
        "give this one a higher priority."
    )
    assert finding.level is Level.WARNING


def test_what_applies_elsewhere_or_at_another_time_does_not_hide_a_script() -> None:
    behind = script("behind", "cases.open = 1", lines=[1], queues=["support"], language="sk")
    hiding: list[dict[str, Any]] = [{}, {"lines": [1, 2]}, {"queues": ["support", "x"]}, {"language": "sk"}]
    clear: list[dict[str, Any]] = [
        {"lines": [2]},
        {"queues": ["sales"]},
        {"language": "cs"},
        {"from": TODAY},
        {"until": TODAY},
        {"priority": 40},
    ]
    for fields in hiding:
        assert said(script("always", **({"priority": 60} | fields)), behind), fields
    for fields in clear:
        assert not said(script("always", **({"priority": 60} | fields)), behind), fields
    assert not said(script("always", priority=60, lines=[1]), script("behind", "cases.open = 1"))


def test_a_line_without_a_fallback_is_a_warning() -> None:
    [finding] = check_together([script(lines=[1]), script("b", lines=[2], queues=["x"])])
    assert str(finding) == (
        "fallback: no script always applies on line 2, so some calls get none; add one without `when`."
    )
    assert finding.level is Level.WARNING
    assert check_together([script(lines=[1]), script("b", lines=[2])]) == []


def test_what_a_case_cannot_be_opened_with() -> None:
    case = {"subject": "x", "line": 3, "priority": "hi", "prioritet": "high"}
    steps = [
        {"id": "a", "do": "open_case", "with": case, "next": "b"},
        {"id": "b", "do": "open_case", "with": {"line": 2, "priority": "high"}, "next": "c"},
        {"id": "c", "do": "offer", "with": {"offer": "x"}, "end": "done"},
    ]
    findings = check_script(script(steps=steps))
    assert {finding.level for finding in findings} == {Level.WARNING}
    assert [(finding.where, finding.sentence) for finding in findings] == [
        ("test: steps[0].with.line", 'the line of a case is one of 1, 2, not "3".'),
        (
            "test: steps[0].with.prioritet",
            'a case is opened with subject, line, priority, not with "prioritet". Did you mean priority?',
        ),
        (
            "test: steps[0].with.priority",
            'the priority of a case is one of low, normal, high, urgent, not "hi".',
        ),
    ]


def test_articles_that_there_are_not_come_with_the_nearest_key() -> None:
    found = list(check_named(script(articles=["returns", "apologi"]), Surroundings({"returns", "apology"})))
    why = 'there is no article "apologi", or not any more; write it, or take it out'
    assert [str(each) for each in found] == [f"test: articles[1]: {why}. Did you mean apology?"]
    assert found[0].level is Level.WARNING


def test_queues_that_there_are_not() -> None:
    asking = script(queues=["Support", "suport"])
    [found] = check_named(asking, Surroundings(queues={"support", "sales"}))
    assert (found.path, found.level, found.nearest) == (("queues", 1), Level.WARNING, "support")
    assert 'there is no queue "suport" here' in found.sentence
    for there in (ANYWHERE, Surroundings(queues=set())):
        assert not [*check_named(asking, there)]


def test_a_language_that_is_written_as_a_word() -> None:
    [finding] = check_script(script(language="Slovak"))
    assert (finding.where, finding.level) == ("test: language", Level.WARNING)
    assert 'written as sk or en-GB: callers have "Slovak" only if' in finding.sentence
    for language in ("sk", "SK", "en-GB", "pt_BR", "zh-Hant-TW"):
        assert not check_script(script(language=language))
