"""The command comments: what readers said about documents, as reviews with lines."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import asdict

import publisher.app as app
from publisher.cli.documents import problem_rows
from publisher.cli.output import Output
from publisher.cli.paths import show_path
from publisher.cli.session import Shown, connector, load_collections
from publisher.cli.shared import mask, write_file
from publisher.cli.streams import echo_command
from publisher.config.load import Config
from publisher.errors import UsageError
from publisher.model.problem import Problem, problem
from publisher.preview import Said
from publisher.report.problems import code_span, escape_markdown, github_annotations, sarif
from publisher.sync.options import rules_of
from publisher.sync.reviews import Review, find_review, read_reviews, reply_to


class Reviewing(Struct, frozen=True, kw_only=True):
    """The options of the command."""

    sandbox: bool
    reply: tuple[str, str] | None
    resolve: tuple[str, ...]


def run_comments(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, options: Reviewing) -> int:
    """Lists the open comments, after the one that is asked for is answered and those are resolved."""
    configs = load_collections(paths, flags, sandbox=options.sandbox)
    found: list[tuple[Config, Review]] = []
    with app.opened(configs, connector(output, sandbox=options.sandbox), Shown(output)) as collections:
        for collection, site in collections:
            for conversion, settings in collection.parts():
                reviews = read_reviews(conversion, site.remote, settings, rules_of(settings, collection.selected))
                found += [(collection.config, review) for review in reviews]
        if options.reply or options.resolve:
            return _answer(found, {id(c.config): s for c, s in collections}, options, output)
    _show(found, output)
    return 0


def _answer(
    found: list[tuple[Config, Review]], sites: Mapping[int, app.Site], options: Reviewing, output: Output
) -> int:
    """All ids are looked up before anything is written."""
    reviews = [review for _, review in found]
    remotes = {review.comment.id: sites[id(config)].remote for config, review in found}
    answered = find_review(reviews, options.reply[0]) if options.reply else None
    resolved = [find_review(reviews, number) for number in options.resolve]
    if answered and options.reply:
        reply_to(remotes[answered.comment.id], answered, options.reply[1])
        _say(f"answered {answered.url}", output)
    for review in resolved:
        remotes[review.comment.id].details.resolve(review.comment)
        _say(f"resolved {review.url}", output)
    return 0


def _say(line: str, output: Output) -> None:
    if not output.quiet:
        click.echo(mask(line))


def review_values(review: Review) -> dict[str, object]:
    """A comment for programs. ``line``: none for one at the foot of the page, or whose text is gone."""
    return {
        "path": review.path,
        "line": review.line,
        "page": review.page.id,
        "id": review.comment.id,
        "kind": review.kind,
        "author": review.comment.author,
        "created": review.comment.created,
        "text": review.text,
        "selection": review.selection,
        "replies": [asdict(reply) for reply in review.replies],
        "url": review.url,
    }


def review_problem(review: Review) -> Problem:
    """A comment as a problem of its document, for annotations, code scanning and the preview."""
    on = f" on `{review.selection}`" if review.selection else ""
    said = "; ".join(f"{reply.author}: {reply.text}" for reply in review.replies)
    answers = f" (answers: {said})" if said else ""
    message = f"{review.comment.author or 'somebody'}{on}: {review.text}{answers}"
    return problem(review.path, review.line, "open-comment", message, review.url)


def _show(found: list[tuple[Config, Review]], output: Output) -> None:
    if output.summary:
        write_file(output.summary, comments_markdown([review for _, review in found]), "--summary")
    if output.form == "json":
        click.echo(mask(json.dumps([review_values(review) for _, review in found], indent=2, ensure_ascii=False)))
    elif output.form == "text":
        for line in _lines(found, output):
            click.echo(mask(line))
    else:
        rows = [row for config, review in found for row in problem_rows([review_problem(review)], config)]
        if output.form == "sarif":
            click.echo(mask(sarif(rows)))
        for line in github_annotations(rows) if output.form == "github" else ():
            echo_command(mask(line))


def _lines(found: list[tuple[Config, Review]], output: Output) -> Iterator[str]:
    for config, review in found:
        where = show_path(config, review.path) + (f":{review.line}" if review.line else "")
        on = f" on “{review.selection}”" if review.selection else ""
        yield f"{where}: {review.comment.author or 'somebody'} ({review.comment.created[:10]}){on}: {review.text}"
        if review.now:
            yield f"    the document says now: “{review.now}”"
        elif review.selection and review.line is None:
            yield "    its text is not in the document any more"
        for reply in review.replies:
            yield f"    {reply.author or 'somebody'} ({reply.created[:10]}): {reply.text}"
        yield f"    {review.kind} {review.comment.id}  {review.url}"
    if not output.quiet:
        yield "no open comments" if not found else f"open comments: {len(found)}"


def comments_markdown(reviews: list[Review]) -> str:
    """For the job's summary or a pull request: nothing of what people typed means anything."""
    lines = ["### Open comments in Confluence", ""]
    for review in reviews:
        where = code_span(f"{review.path}:{review.line}" if review.line else review.path)
        on = f" on “{escape_markdown(review.selection)}”" if review.selection else ""
        who = escape_markdown(review.comment.author or "somebody")
        lines.append(f"- {where} {who}{on}: {escape_markdown(review.text)} ([open]({review.url}))")
        lines += [f"  - {escape_markdown(r.author or 'somebody')}: {escape_markdown(r.text)}" for r in review.replies]
    return "\n".join(lines if reviews else [*lines, "None."]) + "\n"


def read_comments_file(file: Path) -> list[Said]:
    """What `comments --format json` wrote; UsageError for another file."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return [
            Said(
                str(row["path"]),
                str(row["selection"]),
                str(row["author"]),
                str(row["text"]),
                tuple((str(reply["author"]), str(reply["text"])) for reply in row["replies"]),
            )
            for row in rows
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        text = f"this is not what `publisher comments --format json` prints: {error}"
        raise UsageError(f"--comments {file}: {text}") from None
