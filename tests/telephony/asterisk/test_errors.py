"""Every message, as people read it."""

import pytest

from telephony.asterisk import errors
from telephony.asterisk.errors import AmiError, LocalAmiError, RemoteAmiError

EXAMPLES: list[tuple[AmiError, str]] = [
    (errors.UnsafeValueError("Reason"), "The header 'Reason' holds a line break or NUL and was not sent."),
    (
        errors.ActionTooLongError("the line 'Reason'", 2000, 1024),
        "An action was not sent: the line 'Reason' is 2000, Asterisk takes at most 1024.",
    ),
    (
        errors.NotAmiError("SSH-2.0"),
        "Not an Asterisk manager: it greeted with 'SSH-2.0'. Check host and port (AMI is 5038).",
    ),
    (
        errors.TooManyQuestionsError(64),
        "A question was not asked: 64 are waiting for the phone system already.",
    ),
    (errors.NulError(), "A frame was skipped: it holds a NUL."),
    (
        errors.LineTooLongError(9000, 8192),
        "A frame was skipped: it has a line of 9000 characters, at most 8192 are taken.",
    ),
    (
        errors.TooManyHeadersError(600, 512),
        "A frame was skipped: it has 600 headers, at most 512 are taken.",
    ),
]


@pytest.mark.parametrize(("error", "sentence"), EXAMPLES)
def test_the_sentence(error: AmiError, sentence: str) -> None:
    assert str(error) == sentence


def test_every_error_has_its_sentence_and_its_fault() -> None:
    kinds = {type(error) for error, _ in EXAMPLES}
    assert kinds == {*LocalAmiError.__subclasses__(), *RemoteAmiError.__subclasses__()}


def test_each_fault_of_the_other_side_is_counted_separately() -> None:
    troubles = [kind.trouble for kind in RemoteAmiError.__subclasses__()]
    assert len(set(troubles)) == len(troubles)
