"""Frames: the envelope, and the bytes that a WebSocket client reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame as WireFrame
from websockets.protocol import State
from websockets.uri import parse_uri

from console.live.frame import Fragment, build_frame, root_of


def test_the_envelope() -> None:
    frame = build_frame("desk:1", 7, Fragment("<p>x</p>", "#a", "outerMorph"))
    assert json.loads(frame.text) == {
        "topic": "desk:1",
        "seq": 7,
        "snapshot": False,
        "content": "<p>x</p>",
        "target": "#a",
        "swap": "outerMorph swapEmpty:true",
    }


def test_without_a_fragment_only_the_number_goes_out() -> None:
    assert json.loads(build_frame("t", 7, None, snapshot=True).text) == {
        "topic": "t",
        "seq": 7,
        "snapshot": True,
    }


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_client_reads_what_was_built(size: int) -> None:
    frame = build_frame("t", 1, Fragment("ž" * size, "#a", "beforeend"))
    client = ClientProtocol(parse_uri("ws://x/"), state=State.OPEN)
    client.receive_data(frame.raw)
    [received] = client.events_received()
    assert isinstance(received, WireFrame)
    assert bytes(received.data).decode() == frame.text


@given(st.text(st.one_of(st.sampled_from('\\"\n\t\x00\x1f\x7f\u2028n'), st.characters(codec="utf-8"))))
def test_every_text_arrives_as_it_is(html: str) -> None:
    assert json.loads(build_frame("t", 1, Fragment(html, "#a", "beforeend")).payload)["content"] == html


def test_the_root_of_a_topic() -> None:
    assert root_of("desk:17") == '[data-topic="desk:17"]'
