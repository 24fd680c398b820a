"""Templates are compiled once for all tests of a process: every app compiles them all before it answers,
which takes longer than what most tests do with it."""

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from typing_extensions import override

from console.web.templates import Templates


class Compiled(BytecodeCache):
    """Keeps in memory what was compiled, by file, content and language: a language is compiled in."""

    def __init__(self) -> None:
        self._codes: dict[tuple[object, str, str], CodeType] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(self._name(bucket))

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[self._name(bucket)] = bucket.code

    @staticmethod
    def _name(bucket: Bucket) -> tuple[object, str, str]:
        return bucket.environment.globals["locale"], bucket.key, bucket.checksum


def compile_once() -> None:
    """From now on every `Templates` of this process takes what another compiled."""
    make, compiled = Templates._environment, Compiled()

    def environment(self: Templates, locale: str) -> Environment:
        made = make(self, locale)
        made.bytecode_cache = compiled
        return made

    Templates._environment = environment  # type: ignore[method-assign]
