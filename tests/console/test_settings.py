"""A wrong setting names itself in one sentence."""

from zoneinfo import ZoneInfo

import pytest

from console.errors import SettingError
from console.settings import Link, Settings, read_settings
from telephony.simulator.faults import USUAL, Fault, Faults
from telephony.simulator.scenarios import SCENARIOS
from telephony.source import Capability


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings({"PATH": "/bin"}) == Settings()


def test_all_set() -> None:
    settings = read_settings(
        {
            "LINESIDE_DATABASE_URL": "postgresql+asyncpg://u:p@h/d",
            "LINESIDE_REDIS_URL": "redis://127.0.0.1:6379/1",
            "LINESIDE_PBX": "ami://con%40sole:s%2Fe@pbx.example:5039?name=hq&region=dk&prefix=9&bare_e164=yes"
            "&extensions=3-4&context=out sim:?seed=7&rate=0.5",
            "LINESIDE_REGION": "cz",
            "LINESIDE_TIME_ZONE": "Europe/Prague",
            "LINESIDE_LOCALE": "cs-CZ",
            "LINESIDE_CURRENCY": "czk",
            "LINESIDE_SECRET_KEY": "x",
            "LINESIDE_PUBLIC_URL": "https://desk.example/",
        }
    )
    assert settings == Settings(
        database_url="postgresql+asyncpg://u:p@h/d",
        redis_url="redis://127.0.0.1:6379/1",
        links=(
            Link(
                scheme="ami",
                name="hq",
                host="pbx.example",
                port=5039,
                user="con@sole",
                secret="s/e",
                region="DK",
                prefix="9",
                bare_e164=True,
                extensions=(3, 4),
                context="out",
            ),
            Link(scheme="sim", name="sim", seed=7, rate=0.5),
        ),
        region="CZ",
        time_zone=ZoneInfo("Europe/Prague"),
        locale="cs_CZ",
        currency="CZK",
        secret_key="x",
        public_url="https://desk.example",
    )


def test_a_link_has_sensible_defaults() -> None:
    (link,) = read_settings({"LINESIDE_PBX": "ami://u:s@10.0.0.1"}).links
    assert (link.name, link.port, link.context, link.extensions) == ("main", 5038, "from-internal", None)


def test_the_options_of_the_simulator() -> None:
    (link, other) = read_settings(
        {
            "LINESIDE_PBX": "sim:?scenario=hold,pickup&faults=drop:0.1,cut&without=hold,lag "
            "sim:?name=old&transcript=calls%20of%20today.raw&speed=2"
        }
    ).links
    assert link.scenario == ("hold", "pickup")
    assert link.faults == Faults({Fault.DROP: 0.1, Fault.CUT: USUAL[Fault.CUT]})
    assert link.without == {Capability.HOLD, Capability.LAG}
    assert (other.transcript, other.speed) == ("calls of today.raw", 2.0)
    (every,) = read_settings({"LINESIDE_PBX": "sim:?scenario=all"}).links
    assert every.scenario == tuple(SCENARIOS)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite:///FILE"),
        ("DATABASE_URL", "lineside.sqlite", "sqlite+aiosqlite:///FILE"),
        ("REDIS_URL", "http://x", "redis://host"),
        ("REGION", "XX", "two letters"),
        ("TIME_ZONE", "Mars/Base", "Europe/Bratislava"),
        ("TIME_ZONE", "../etc", "Europe/Bratislava"),
        ("LOCALE", "klingon", "locale"),
        ("CURRENCY", "EURO", "currency code"),
        ("PUBLIC_URL", "desk.example", "https://"),
        ("PBX", "http://u:s@h", "ami://"),
        ("PBX", "ami://h", "lacks host, user or secret"),
        ("PBX", "ami://u:s@h:99999", "port"),
        ("PBX", "ami://u:a%0D%0AAction:%20Originate@h", "no line break"),
        ("PBX", "ami://u%00:s@h", "no line break"),
        ("PBX", f"ami://u:{'s' * 1_001}@h", "at most 1000 bytes"),
        ("PBX", "ami://u:s@[h", "a link's host is"),
        ("PBX", "ami://u:s@h?colour=red", "the link ami://…h has no option 'colour'"),
        ("PBX", "ami://u:s@h?region=SK&region=CZ", "the link ami://…h has the option region twice"),
        ("PBX", "sim:?seed=1&rate=1&seed=1", "the link sim: has the option seed twice"),
        ("PBX", "ami://u:s@h?name=", "the link ami://…h has the option name without a value"),
        ("PBX", "ami://u:s@h?prefix=", "option prefix without a value"),
        ("PBX", "ami://u:s@h?context", "option context without a value"),
        ("PBX", "sim:?transcript=", "the link sim: has the option transcript without a value"),
        ("PBX", "sim:seed=7", "the link sim: goes on with something that is no option"),
        ("PBX", "ami://u:s@h?name=a#b", "options stand behind one ?"),
        ("PBX", "ami://u:s@h?name=a.b", "letters, digits"),
        ("PBX", "ami://u:s@h ami://u:s@i", "two links are called 'main'"),
        ("PBX", "ami://u:s@h?region=EU1", "two letters"),
        ("PBX", "ami://u:s@h?prefix=a", "digits"),
        ("PBX", "ami://u:s@h?bare_e164=1", "yes or no"),
        ("PBX", "ami://u:s@h?extensions=4-3", "length"),
        ("PBX", "ami://u:s@h?extensions=x", "length"),
        ("PBX", "ami://u:s@h?extensions=" + "1" * 5_000, "length"),
        ("PBX", "sim:?seed=x", "whole number"),
        ("PBX", "sim:?seed=-1", "whole number"),
        ("PBX", "sim:?seed=" + "1" * 5_000, "up to 18 digits"),
        ("PBX", "sim:?rate=0", "calls a second"),
        ("PBX", "sim:?rate=-1", "calls a second"),
        ("PBX", "sim:?rate=nan", "calls a second"),
        ("PBX", "sim:?rate=inf", "up to 1000"),
        ("PBX", "sim:?rate=fast", "calls a second"),
        ("PBX", "sim:?scenario=picnic", "no scenario 'picnic'; there are all, answered,"),
        ("PBX", "sim:?scenario=hold,", "no scenario ''"),
        ("PBX", "sim:?faults=fire", "such as drop:0.02,delay, but 'fire' is none of all, duplicate"),
        ("PBX", "sim:?faults=drop:0.9", "together from 0 to 0.5"),
        ("PBX", "sim:?faults=drop:nan", "together from 0 to 0.5"),
        ("PBX", "sim:?faults=drop:0.1,drop:0.2", "'drop' stands there twice"),
        ("PBX", "sim:?faults=drop:", "'' is no share"),
        ("PBX", "sim:?without=sleep", "'sleep' is none of queues, resync"),
        ("PBX", "sim:?speed=2", "goes with the option transcript"),
        ("PBX", "sim:?transcript=a.raw&speed=0", "times as fast, above 0"),
        ("PBX", "sim:?transcript=a.raw&scenario=all", "not both"),
        ("PBX", "ami://u:s@h ami://u:s@pbx2?prefix=a", "the link ami://…pbx2: the option prefix is digits"),
        ("PBX", "ami://u:s@pbx2?name=a.b", "the link ami://…pbx2: a link's name is"),
        ("PBX", "ami://u:s@pbx2?region=EU1", "the link ami://…pbx2: 'EU1' is no country code"),
        ("PBX", "ami://u:s@h sim:?seed=x", "the link sim: the option seed is a whole number"),
        ("PBX", "sim:?speed=2", "the link sim: the option speed goes with"),
    ],
)
def test_a_wrong_setting_names_itself(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({f"LINESIDE_{name}": value})
    sentence = str(caught.value)
    assert sentence.startswith(f"LINESIDE_{name}: ")
    assert says in sentence
    assert "\n" not in sentence


def test_an_unknown_setting_is_no_silent_typo() -> None:
    with pytest.raises(SettingError, match="LINESIDE_TIMEZONE: there is no such setting"):
        read_settings({"LINESIDE_TIMEZONE": "Europe/Prague"})


def test_the_secret_never_appears_in_the_sentence() -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"LINESIDE_PBX": "ami://user:hunter2@h?colour=red"})
    assert "hunter2" not in str(caught.value)
