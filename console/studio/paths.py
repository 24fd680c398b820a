"""Where the pages of the studio are. Keys have nothing in them that an address would have to escape."""

from console.knowledge.article import NEW_KEY

TOP = "/studio"
EXPORT = f"{TOP}/export"
GALLERY = f"{TOP}/gallery"
IMPORT = f"{TOP}/import"
REPLAY = f"{TOP}/replay"
NEW = f"{TOP}/new"
DRAFT, PEOPLE, SAVE = f"{TOP}/draft", f"{TOP}/people", f"{TOP}/save"


def script_path(key: str) -> str:
    """All about a script."""
    return f"{TOP}/scripts/{key}"


def version_path(key: str, number: int) -> str:
    """One of its versions, to read."""
    return f"{script_path(key)}/versions/{number}"


def compare_path(key: str, before: int, after: int) -> str:
    """What differs between two of its versions."""
    return f"{script_path(key)}/compare?from={before}&to={after}"


def publish_path(key: str, number: int) -> str:
    """Where one of its versions is given to calls."""
    return f"{script_path(key)}/publish?version={number}"


def try_path(key: str) -> str:
    """Where its newest version is tried on past calls."""
    return f"{REPLAY}?what=draft:{key}"


def edit_path(key: str) -> str:
    """Where its newest version is changed."""
    return f"{script_path(key)}/edit"


def text_path(key: str) -> str:
    """Where its newest version is changed as a text, without all that stands beside it."""
    return f"{script_path(key)}/text"


def works_path(key: str) -> str:
    """What became of its runs."""
    return f"{script_path(key)}/works"


ARTICLES = f"{TOP}/articles"
NEW_ARTICLE = f"{ARTICLES}/{NEW_KEY}"
EXPORT_ARTICLES, IMPORT_ARTICLES = f"{EXPORT}/articles", f"{IMPORT}/articles"
SAVE_ARTICLE, PREVIEW_ARTICLE = f"{ARTICLES}/save", f"{ARTICLES}/preview"


def article_path(key: str) -> str:
    """Where an article of the knowledge base is read and changed."""
    return f"{ARTICLES}/{key}"


def article_version_path(key: str, number: int) -> str:
    """One of its versions, to read."""
    return f"{article_path(key)}/versions/{number}"


def article_compare_path(key: str, before: int, after: int) -> str:
    """What differs between two of its versions."""
    return f"{article_path(key)}/compare?from={before}&to={after}"


RULES = f"{TOP}/hand-over"
RISK_RULES = f"{TOP}/at-risk"
