"""Static files: an address that changes with the content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parents[2] / "static"
PREFIX = "/static"
KEEP = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # kept, but asked for each time: answered 304 while the file is the same
HASH_DIGITS = 12


class StaticLibrary:
    """The files under a folder with the hash of their content, taken once."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        self._hashes = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS]
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

        all_of_them = "".join(self._hashes.values()).encode()
        self.version = hashlib.sha256(all_of_them).hexdigest()[:HASH_DIGITS]
        """Another one whenever a file is: a page that stays open for weeks knows that it is of old."""

    def url(self, path: str) -> str:
        """The address of a file, e.g. `css/base.css` -> `/static/css/base.css?v=1f0c…`."""
        if path not in self._hashes:
            raise FileNotFoundError(f"static_url({path!r}): there is no such file in {self.folder}")
        return f"{PREFIX}/{path}?v={self._hashes[path]}"

    def keeps(self, path: str, version: str) -> bool:
        """Whether `version` is that of the file, so that the address may be kept for ever."""
        return self._hashes.get(path) == version


class CachedStaticFiles(StaticFiles):
    """Serves a library's files: for ever under an address with the right hash, else to be asked for again."""

    def __init__(self, library: StaticLibrary) -> None:
        super().__init__(directory=library.folder)
        self.library = library

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        version = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        response.headers["Cache-Control"] = KEEP if self.library.keeps(path, version) else ASK_AGAIN
        return response
