"""The configuration of the Asterisk that the tests run: as little as the ways of a call need.

Agents and a supervisor with one phone each, one trunk to the outside world, and queues for the situations
that matter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from textwrap import dedent

AGENTS = ("a1", "a2", "a3", "a4", "a10", "a20")
"""The phones, `PJSIP/a1` and so on: the names of two begin like others'. The last one is a supervisor's."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: `number` is what callers dial, `ring_s` how long one agent (or all) is rung at a time.

    `members` are phones, or what queues.conf says of a member. `call_waiting`: also rings who talks. `more`:
    further lines of queues.conf.
    """

    number: str
    strategy: str
    members: tuple[str, ...]
    ring_s: int = 30
    call_waiting: bool = False
    more: tuple[str, ...] = ()


QUEUES: Mapping[str, Queue] = {
    "support": Queue("+421220000001", "linear", ("a1", "a2")),
    "support-all": Queue("+421220000002", "ringall", ("a1", "a2", "a3")),
    "support-next": Queue("+421220000003", "linear", ("a1", "a2"), ring_s=3),
    "second": Queue("+421220000004", "linear", ("a4",)),
    "always": Queue("+421220000005", "linear", ("a1",), call_waiting=True),
    "local": Queue("+421220000006", "linear", ("Local/a1@agents,0,Ana,PJSIP/a1",)),
    "local-kept": Queue("+421220000007", "linear", ("Local/a1@agents/n,0,Ana,PJSIP/a1",)),
    "orders": Queue("+421220000008", "linear", ()),
    "refunds": Queue("+421220000009", "linear", ()),
}
"""`support` rings a1, and a2 while a1 is busy; `support-next` goes on to a2 when a1 does not answer; `always`
rings a1 also while a1 talks; `local` reaches a1 through a Local channel, and `local-kept` through one that
Asterisk must not optimise away. Nobody is in `orders` and `refunds` before they log in there."""

SHORT_WAIT_S = 3
SHORT_RING_S = 2

WITHIN_S = 4
_IN_TIME = f"servicelevel = {WITHIN_S}"

FATES: Mapping[str, Queue] = {
    "front": Queue("+421220000301", "linear", ("a1",), more=(_IN_TIME,)),
    "pair": Queue("+421220000302", "linear", ("a2", "a3"), ring_s=3, more=(_IN_TIME,)),
    "brief": Queue("+421220000303", "linear", ("a20",), more=(_IN_TIME,)),
    "back": Queue("+421220000304", "linear", ("a4",), more=(_IN_TIME,)),
    "sales": Queue("+421220000305", "linear", ("a10",), more=(_IN_TIME,)),
    "lobby": Queue("+421220000306", "linear", (), more=(_IN_TIME, "context = keys")),
    "nobody": Queue("+421220000307", "linear", (), more=(_IN_TIME, "leavewhenempty = yes")),
}
"""The queues of calls whose figures are known beforehand, there only when they are asked for. All promise an
answer within WITHIN_S. `brief` gives up after SHORT_WAIT_S wherever a number below leads there; out of
`lobby`, which answers the call itself, the key 1 leads to `back`; `nobody` gives up at once."""

_EVERY: Mapping[str, Queue] = {**QUEUES, **FATES}
_BRIEFLY = f"Queue(brief,tT,,,{SHORT_WAIT_S})"
_KEYS = {"1": "Queue(back,tT)"}

ROUTES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    f"direct-{agent}": (f"+42122000010{agent[1:]}", (f"Dial(PJSIP/{agent},30,tT)",)) for agent in AGENTS
} | {
    "then-second": ("+421220000011", (f"Queue(support,tT,,,{SHORT_WAIT_S})", "Queue(second,tT)")),
    "then-a3": ("+421220000012", (f"Queue(support,tT,,,{SHORT_WAIT_S})", "Dial(PJSIP/a3,30,tT)")),
    "then-nobody": ("+421220000013", (f"Queue(support,tT,,,{SHORT_WAIT_S})", "Hangup()")),
    "direct-a1-briefly": ("+421220000201", (f"Dial(PJSIP/a1,{SHORT_RING_S},tT)", "Hangup()")),
    "brief-back": ("+421220000401", (_BRIEFLY, "Queue(back,tT)")),
    "brief-end": ("+421220000402", (_BRIEFLY, "Hangup()")),
    "brief-a3": ("+421220000403", (_BRIEFLY, "Dial(PJSIP/a3,30,tT)")),
    "hall": ("+421220000404", ("Answer()", "Queue(lobby,tT)", "Hangup()")),
    "nobody-brief-back": ("+421220000405", ("Queue(nobody,tT)", _BRIEFLY, "Queue(back,tT)")),
}
"""More numbers to call, and what the dialplan does for each."""

NUMBERS: Mapping[str, str] = {name: queue.number for name, queue in _EVERY.items()} | {
    name: number for name, (number, _) in ROUTES.items()
}
"""What to dial from outside."""

EXTENSIONS: Mapping[str, str] = {agent: f"10{agent[1:]}" for agent in AGENTS} | {
    queue: str(601 + place) for place, queue in enumerate(_EVERY)
}
"""What to dial inside, for a phone or a queue: digits only, as a transfer by Atxfer sends them as tones."""

IMPATIENT = "+421908"
"""Outgoing calls to such numbers give up after SHORT_RING_S."""

MODULES = [
    "res_timing_timerfd",
    "res_timing_pthread",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_pubsub",
    "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_registrar",
    "res_pjsip_caller_id",
    "res_pjsip_refer",
    "res_pjsip_nat",
    "res_pjsip_rfc3326",
    "res_pjsip_dtmf_info",
    "res_pjsip_diversion",
    "res_pjsip_header_funcs",
    "res_rtp_asterisk",
    "chan_pjsip",
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_builtin_features",
    "bridge_holding",
    "bridge_softmix",
    "codec_ulaw",
    "codec_alaw",
    "format_pcm",
    "format_wav",
    "res_musiconhold",
    "pbx_config",
    "app_dial",
    "app_directed_pickup",
    "app_queue",
    "app_playback",
    "app_stack",
    "app_verbose",
    "app_chanspy",
    "app_userevent",
    "app_transfer",
    "func_callerid",
    "func_channel",
    "func_logic",
    "func_strings",
    "func_global",
    "func_timeout",
]


@dataclass(frozen=True, slots=True)
class Ports:
    """All on 127.0.0.1: `ami` TCP, `sip` and the agents' `phones` UDP, `rtp` the first of 100 UDP ports.

    `outside` is the UDP port of whoever is called through the trunk.
    """

    ami: int
    sip: int
    rtp: int
    outside: int
    phones: Mapping[str, int] = field(default_factory=dict)


SOUND = "lib/sound.ulaw"
"""A file to play, in the folder of the configuration."""


def configuration(
    folder: str, modules: str, ports: Ports, user: str, secret: str, *, queues: Collection[str] = QUEUES
) -> dict[str, str]:
    """Every file of the configuration by name. `folder` and `modules` are paths as Asterisk sees them; of
    the queues only those that are named are there."""
    return {
        "asterisk.conf": _directories(folder, modules),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in MODULES),
        "logger.conf": "[general]\n[logfiles]\nmessages.log = notice,warning,error\n",
        "manager.conf": _manager(ports.ami, user, secret),
        "rtp.conf": f"[general]\nrtpstart = {ports.rtp}\nrtpend = {ports.rtp + 99}\n",
        "musiconhold.conf": "[general]\n",
        "features.conf": _features(f"{folder}/{SOUND}".removesuffix(".ulaw")),
        "pjsip.conf": _pjsip(ports),
        "queues.conf": "[general]\npersistentmembers = no\n"
        + "".join(_queue(name, _EVERY[name]) for name in queues),
        "extensions.conf": _extensions(),
    }


def _directories(folder: str, modules: str) -> str:
    return dedent(f"""\
        [directories]
        astetcdir = {folder}/etc
        astmoddir = {modules}
        astvarlibdir = {folder}/lib
        astdbdir = {folder}/lib
        astkeydir = {folder}/lib
        astdatadir = /usr/share/asterisk
        astspooldir = {folder}/spool
        astrundir = {folder}/run
        astlogdir = {folder}/log
        """)


def _manager(port: int, user: str, secret: str) -> str:
    """The grants that the console asks for. `num-pres` tells withheld numbers from shown ones."""
    return dedent(f"""\
        [general]
        enabled = yes
        webenabled = no
        bindaddr = 127.0.0.1
        port = {port}
        timestampevents = yes
        channelvars = CALLERID(num-pres)

        [{user}]
        secret = {secret}
        deny = 0.0.0.0/0.0.0.0
        permit = 127.0.0.1/255.255.255.255
        read = system,call,agent,reporting
        write = call,agent,originate,reporting
        """)


def _features(sound: str) -> str:
    """The AMI action Atxfer works only where agents could transfer by a code and would hear what to dial."""
    return dedent(f"""\
        [general]
        pickupexten = *8
        transferannouncesound = {sound}
        xfersound = {sound}
        xferfailsound = {sound}

        [featuremap]
        atxfer = *2
        """)


def _pjsip(ports: Ports) -> str:
    """Who is not an agent by the user in From is the trunk: both come from 127.0.0.1."""
    head = dedent(f"""\
        [global]
        type = global
        endpoint_identifier_order = username,ip

        [udp]
        type = transport
        protocol = udp
        bind = 127.0.0.1:{ports.sip}

        [trunk]
        type = endpoint
        context = from-trunk
        disallow = all
        allow = ulaw
        direct_media = no
        timers = no
        trust_id_inbound = yes
        aors = trunk

        [trunk]
        type = aor
        contact = sip:outside@127.0.0.1:{ports.outside}

        [trunk]
        type = identify
        endpoint = trunk
        match = 127.0.0.1
        """)
    return head + "".join(_phone(name, port) for name, port in ports.phones.items())


def _phone(name: str, port: int) -> str:
    return dedent(f"""\

        [{name}]
        type = endpoint
        context = from-internal
        disallow = all
        allow = ulaw
        direct_media = no
        timers = no
        aors = {name}
        call_group = 1
        pickup_group = 1

        [{name}]
        type = aor
        contact = sip:{name}@127.0.0.1:{port}
        """)


def _queue(name: str, queue: Queue) -> str:
    head = dedent(f"""\

        [{name}]
        strategy = {queue.strategy}
        timeout = {queue.ring_s}
        retry = 1
        ringinuse = {"yes" if queue.call_waiting else "no"}
        joinempty = yes
        leavewhenempty = no
        """)
    members = [member if "/" in member else f"PJSIP/{member}" for member in queue.members]
    return head + "".join(
        f"{line}\n" for line in (*(f"member = {member}" for member in members), *queue.more)
    )


def _extensions() -> str:
    """t and T in Queue and Dial: who is called, and who calls, may transfer."""
    lines = [line for name, queue in _EVERY.items() for line in _steps(queue.number, f"Queue({name},tT)")]
    lines += [line for number, steps in ROUTES.values() for line in _steps(number, *steps)]
    # Without Hangup() Asterisk would sound the busy tone for ten seconds after a refusal.
    dials = {EXTENSIONS[agent]: f"Dial(PJSIP/{agent},30,tT)" for agent in AGENTS}
    inside = [line for number, dial in dials.items() for line in _steps(number, dial, "Hangup()")]
    inside += [line for name in _EVERY for line in _steps(EXTENSIONS[name], f"Queue({name},tT)")]
    inside += _steps("_*8a.", "PickupChan(PJSIP/${EXTEN:2})")
    inside += _steps(f"_{IMPATIENT}X.", f"Dial(PJSIP/${{EXTEN}}@trunk,{SHORT_RING_S},tT)", "Hangup()")
    inside += _steps("_+4219X.", "Dial(PJSIP/${EXTEN}@trunk,30,tT)")
    behind = _steps("_a.", "Dial(PJSIP/${EXTEN},30,tT)")
    keys = [line for key, step in _KEYS.items() for line in _steps(key, step)]
    contexts = {
        "from-trunk": lines,
        "from-internal": ["include = from-trunk", *inside],
        "agents": behind,
        "keys": keys,
    }
    return "\n".join("\n".join([f"[{name}]", *steps, ""]) for name, steps in contexts.items())


def _steps(number: str, *applications: str) -> list[str]:
    first, *others = applications
    return [f"exten = {number},1,{first}", *(f"same = n,{application}" for application in others)]
