"""The addresses of the studio. `console.routes` has them in its table."""

from functools import partial

from starlette.routing import BaseRoute, Route

from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.studio import article_file_views as article_files
from console.studio import article_views as articles
from console.studio import editor_views as editor
from console.studio import import_views as studio_import
from console.studio import list_views, paths, release_views, replay_views, script_views, works_views
from console.studio import rule_editor_views as rule_editor
from console.studio import rule_list_views as rules
from console.studio.article_list_views import articles_page
from console.studio.paths import EXPORT, GALLERY, IMPORT, TOP
from console.studio.rule_books import HANDOVER, RISK, Book
from console.studio.sending import MOST_SENT
from console.web.forms import MAX_BODY_BYTES


def build_editor() -> list[BaseRoute]:
    """The page on which one script is written."""
    may, edit = require(May.SCRIPTS_WRITE), f"{TOP}/scripts/{{key}}/edit"
    return [
        Route(paths.DRAFT, editor.post_draft, methods=["POST"], middleware=may),
        Route(paths.NEW, editor.new_page, methods=["GET"], middleware=may),
        Route(paths.PEOPLE, editor.find_people, methods=["GET"], middleware=may),
        Route(paths.SAVE, editor.post_save, methods=["POST"], middleware=may),
        Route(edit, editor.edit_page, methods=["GET"], middleware=may),
    ]


def build_articles() -> list[BaseRoute]:
    """The pages of the knowledge base."""
    may, article = require(May.SCRIPTS_WRITE), f"{paths.ARTICLES}/{{key}}"
    version = f"{article}/versions/{{number:int}}"
    import_, load = paths.IMPORT_ARTICLES, article_files.post_import
    return [
        Route(paths.ARTICLES, articles_page, methods=["GET"], middleware=may),
        Route(paths.EXPORT_ARTICLES, article_files.export, methods=["GET"], middleware=may),
        Route(import_, article_files.import_page, methods=["GET"], middleware=may),
        Route(import_, load, methods=["POST"], middleware=may, max_body_size=MOST_SENT),
        Route(paths.NEW_ARTICLE, articles.new_page, methods=["GET"], middleware=may),
        Route(paths.PREVIEW_ARTICLE, articles.post_preview, methods=["POST"], middleware=may),
        Route(paths.SAVE_ARTICLE, articles.post_save, methods=["POST"], middleware=may),
        Route(article, articles.article_page, methods=["GET"], middleware=may),
        Route(f"{article}/archive", articles.post_archive, methods=["POST"], middleware=may),
        Route(f"{article}/compare", articles.compare_page, methods=["GET"], middleware=may),
        Route(f"{article}/restore", articles.post_restore, methods=["POST"], middleware=may),
        Route(version, articles.version_page, methods=["GET"], middleware=may),
    ]


def build_rules() -> list[BaseRoute]:
    """The pages of the rules by which calls are handed over, and of those of customers at risk."""
    return [*_build_book(HANDOVER), *_build_book(RISK)]


def _build_book(book: Book) -> list[BaseRoute]:
    may, top = require(May.SCRIPTS_WRITE), book.top
    rule, version = f"{top}/rules/{{key}}", f"{top}/versions/{{number:int}}"
    pages = (
        (top, "GET", rules.rules_page),
        (f"{top}/draft", "POST", rule_editor.post_draft),
        (f"{top}/new", "GET", rule_editor.new_page),
        (rule, "GET", rule_editor.rule_page),
        (f"{rule}/archive", "POST", rules.post_archive),
        (f"{rule}/move", "POST", rules.post_move),
        (f"{rule}/restore", "POST", rules.post_restore),
        (f"{top}/save", "POST", rule_editor.post_save),
        (version, "GET", rules.version_page),
        (f"{version}/restore", "POST", rules.post_version),
    )
    return [
        Route(path, partial(page, book), methods=[method], middleware=may) for path, method, page in pages
    ]


def build_replay() -> list[BaseRoute]:
    """The pages on which scripts are tried on past calls."""
    may, top = require(May.SCRIPTS_WRITE), replay_views.PATH
    number, most = f"{top}/{{number:int}}", MAX_BODY_BYTES + replay_views.MOST_BYTES
    return [
        Route(top, replay_views.replay_page, methods=["GET"], middleware=may),
        Route(top, replay_views.post_replay, methods=["POST"], middleware=may, max_body_size=most),
        Route(number, replay_views.job_page, methods=["GET"], middleware=may),
        Route(f"{number}/calls.csv", replay_views.calls_file, methods=["GET"], middleware=may),
        Route(f"{number}/stop", replay_views.post_stop, methods=["POST"], middleware=may),
    ]


def build_studio() -> list[BaseRoute]:
    """The pages of call scripts."""
    may, script = require(May.SCRIPTS_WRITE), f"{TOP}/scripts/{{key}}"
    copy, publish, text, withdraw = (f"{script}/{what}" for what in ("copy", "publish", "text", "withdraw"))
    version = f"{script}/versions/{{number:int}}"
    return [
        Route(TOP, list_views.list_page, methods=["GET"], middleware=may),
        Route(EXPORT, list_views.export, methods=["GET"], middleware=may),
        Route(GALLERY, list_views.gallery_page, methods=["GET"], middleware=may),
        Route(GALLERY, list_views.post_gallery, methods=["POST"], middleware=may),
        Route(IMPORT, studio_import.import_page, methods=["GET"], middleware=may),
        Route(IMPORT, studio_import.post_import, methods=["POST"], middleware=may, max_body_size=MOST_SENT),
        Route(script, script_views.script_page, methods=["GET"], middleware=may),
        Route(f"{script}/archive", release_views.post_archive, methods=["POST"], middleware=may),
        Route(f"{script}/compare", script_views.compare_page, methods=["GET"], middleware=may),
        Route(copy, script_views.copy_page, methods=["GET"], middleware=may),
        Route(copy, script_views.post_copy, methods=["POST"], middleware=may),
        Route(publish, release_views.publish_page, methods=["GET"], middleware=may),
        Route(publish, release_views.post_publish, methods=["POST"], middleware=may),
        Route(f"{script}/restore", release_views.post_restore, methods=["POST"], middleware=may),
        Route(text, script_views.text_page, methods=["GET"], middleware=may),
        Route(text, script_views.post_text, methods=["POST"], middleware=may),
        Route(version, script_views.version_page, methods=["GET"], middleware=may),
        Route(withdraw, release_views.withdraw_page, methods=["GET"], middleware=may),
        Route(withdraw, release_views.post_withdraw, methods=["POST"], middleware=may),
        Route(f"{script}/works", works_views.works_page, methods=["GET"], middleware=may),
        Route(f"{script}/works.csv", works_views.works_file, methods=["GET"], middleware=may),
    ]
