"""Asterisk over its manager interface (AMI): bytes in, our events out.

Pure except for `client` (the asyncio shell). Imports `telephony.events` and `telephony.source` only.

Reading order: `framing` (bytes -> frames), `messages` (frames -> headers, actions -> bytes), `protocol`
(log-in, questions and answers, keep-alive), `model` (the calls, as far as Asterisk told of them), `frames`
(what a frame talks of), `announcements` (calls -> our events), `legs` (what happens to an agent's part),
`channels`, `queueing`, `dialling`, `transfers`, `agents` (what the AMI events mean), `handlers` (their
table), `translate` (frames -> our events), `finding` and `resync` (what is alive -> our events), `rights`
(what is permitted), `session` (one connection), `replay` (a recorded stream), `client`.

Theory of operation. The stream is a firehose: of some 60 frames that one call makes, a dozen matter. So a
frame's name is looked up as bytes before anything of it is decoded. What the stream says is not trusted: a
frame counts only with the full header set of its type and with channels that were introduced before, and
every few minutes Asterisk is asked for the truth. Nothing that arrives can raise: what fails is counted.
"""
