"""The configuration of the Asterisk that the tests run: as little as a queue call needs.

Four agents with one phone each, one trunk to the outside world, and queues for the situations that matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent

AGENTS = ("a1", "a2", "a3", "a4")
"""The phones, `PJSIP/a1` and so on."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: `number` is what callers dial, `ring_s` how long one agent (or all) is rung at a time."""

    number: str
    strategy: str
    members: tuple[str, ...]
    ring_s: int = 30


QUEUES: Mapping[str, Queue] = {
    "support": Queue("+421220000001", "linear", ("a1", "a2")),
    "support-all": Queue("+421220000002", "ringall", ("a1", "a2", "a3")),
    "support-next": Queue("+421220000003", "linear", ("a1", "a2"), ring_s=3),
    "second": Queue("+421220000004", "linear", ("a4",)),
}
"""`support` rings a1, and a2 while a1 is busy; `support-next` goes on to a2 when a1 does not answer."""

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
    """All on 127.0.0.1: `ami` TCP, `sip` and the agents' `phones` UDP, `rtp` the first of 100 UDP ports."""

    ami: int
    sip: int
    rtp: int
    phones: Mapping[str, int] = field(default_factory=dict)


def configuration(folder: str, modules: str, ports: Ports, user: str, secret: str) -> dict[str, str]:
    """Every file of the configuration by name. `folder` and `modules` are paths as Asterisk sees them."""
    return {
        "asterisk.conf": _directories(folder, modules),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in MODULES),
        "logger.conf": "[general]\n[logfiles]\nmessages.log = notice,warning,error\n",
        "manager.conf": _manager(ports.ami, user, secret),
        "rtp.conf": f"[general]\nrtpstart = {ports.rtp}\nrtpend = {ports.rtp + 99}\n",
        "musiconhold.conf": "[general]\n",
        "pjsip.conf": _pjsip(ports),
        "queues.conf": "[general]\npersistentmembers = no\n" + "".join(map(_queue, QUEUES, QUEUES.values())),
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
        ringinuse = no
        joinempty = yes
        leavewhenempty = no
        """)
    return head + "".join(f"member = PJSIP/{agent}\n" for agent in queue.members)


def _extensions() -> str:
    lines = [f"exten = {queue.number},1,Queue({name})" for name, queue in QUEUES.items()]
    phones = [f"exten = {agent},1,Dial(PJSIP/{agent})" for agent in AGENTS]
    return "\n".join(["[from-trunk]", *lines, "", "[from-internal]", *phones, ""])
