"""Tools that work on documents: plan, diff, check and pull."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

import publisher.app as app
import publisher.checking as checking
from publisher.app import RunOptions
from publisher.cli.documents import problem_values
from publisher.cli.mcp.pending import Answer, Planned
from publisher.cli.output import Output
from publisher.cli.report import report_values
from publisher.cli.session import connector, load_collections
from publisher.config.load import Config
from publisher.errors import PlanRefused, UsageError
from publisher.report.changes import Change, changes_of_plan, sort_changes
from publisher.report.join import join_reports
from publisher.sync.options import rules_of
from publisher.sync.pull import PullOptions, PullResult, note_versions, pull, resolution_of
from publisher.sync.pullfiles import check_committed, make_patch, top_of, write_changes

_QUIET = Output(quiet=True)


class DocumentTools(Struct, frozen=True):
    """``flags``: settings that the server was started with; ``folder``: paths are below it."""

    flags: Mapping[str, Any]
    folder: Path

    def tool(self, name: str) -> Callable[[Mapping[str, Any]], Answer]:
        """What carries out a tool that writes nothing."""
        return {"plan": self.plan, "diff": self.diff, "check": self.check, "pull": self.show_pull}[name]

    def plan(self, arguments: Mapping[str, Any]) -> Answer:
        """What a publish would do."""
        values = report_values(join_reports([one.report for one in self._planned(arguments)]))
        changed = [row for row in values["pages"] if row["action"] != "unchanged"]
        values = {**values, "pages": changed}
        return Answer(json.dumps(values, ensure_ascii=False, indent=1), values)

    def diff(self, arguments: Mapping[str, Any]) -> Answer:
        """The difference of each body."""
        proposals = [proposal for one in self._planned(arguments) for proposal in one.proposals]
        found = [change for each in proposals for change in changes_of_plan(each.plan, each.bodies)]
        text = "\n".join(_diff_text(change) for change in sort_changes(found))
        return Answer(text or "no page would change", {"diff": text})

    def check(self, arguments: Mapping[str, Any]) -> Answer:
        """Every problem of the documents, without a network."""
        found = checking.check(self._configs(arguments))
        problems = [row for one in found for row in problem_values(one.problems)]
        values = {"documents": sum(len(one.conversion.source.documents) for one in found), "problems": problems}
        return Answer(json.dumps(values, ensure_ascii=False, indent=1), values)

    def show_pull(self, arguments: Mapping[str, Any]) -> Answer:
        """The patch; nothing is written."""
        with self._pulled(arguments) as results:
            values = _pull_values(results)
        return Answer(values["patch"] or "nothing was edited in Confluence", values)

    def plan_pull(self, arguments: Mapping[str, Any]) -> Planned:
        """The patch, and what writes it if it is still the same then."""
        shown = self.show_pull(arguments).data

        def carry_out() -> Answer:
            with self._pulled(arguments) as results:
                values = _pull_values(results)
                if values["patch"] != shown["patch"]:
                    raise PlanRefused("documents or pages have changed since the plan was made; plan again")
                known = [check_committed(result.changes(), docs, force=False) for result, docs in results]
                for (result, docs), committed in zip(results, known, strict=True):
                    write_changes(result.changes(), keep=not committed)
                    note_versions(result, docs)
            done = {"done": True, "conflicts": values["conflicts"], "notes": values["notes"]}
            return Answer(json.dumps(done, ensure_ascii=False, indent=1), done)

        return Planned(shown, carry_out)

    def _planned(self, arguments: Mapping[str, Any]) -> list[app.Planned]:
        options = RunOptions(since=str(arguments.get("since", "")), whole=True)
        return app.plan(self._configs(arguments), connector(_QUIET, sandbox=False), options)

    @contextmanager
    def _pulled(self, arguments: Mapping[str, Any]) -> Any:
        theirs, ours = bool(arguments.get("theirs")), bool(arguments.get("ours"))
        if theirs and ours:
            raise UsageError("pull: `theirs` and `ours` exclude each other")
        more = {name: bool(arguments.get(name)) for name in ("labels", "moves", "new")}
        with TemporaryDirectory() as folder:
            wanted = PullOptions(folder=Path(folder), resolution=resolution_of(theirs=theirs, ours=ours), **more)
            results: list[tuple[PullResult, Path]] = []
            with app.opened(self._configs(arguments), connector(_QUIET, sandbox=False)) as collections:
                for collection, site in collections:
                    for conversion, settings in collection.parts():
                        rules = rules_of(settings, collection.selected)
                        results.append((pull(conversion, site.remote, settings, rules, wanted), settings.docs))
            yield results

    def _configs(self, arguments: Mapping[str, Any]) -> tuple[Config, ...]:
        paths = arguments.get("paths") or ()
        found = [(self.folder / str(path)).resolve() for path in ([paths] if isinstance(paths, str) else paths)]
        top = self.folder.resolve()
        outside = [str(path) for path in found if not path.is_relative_to(top)]
        if outside:
            raise UsageError(f"{outside[0]}: not below the folder that the server was started in")
        return load_collections(tuple(found), self.flags, sandbox=False)


def _diff_text(change: Change) -> str:
    why = f" ({', '.join(change.reasons)})" if change.reasons else ""
    before = f" (before: {change.before})" if change.before else ""
    head = f"## {change.kind}: {change.title}{before}{why} {change.source}".rstrip()
    return "\n".join([head, *change.diff])


def _pull_values(results: Sequence[tuple[PullResult, Path]]) -> dict[str, Any]:
    pulled = [item for result, _ in results for item in result.pulled]
    return {
        "patch": "".join(make_patch(result.changes(), top_of(docs)) for result, docs in results),
        "documents": [
            {"path": item.key, "page": item.page.url, "conflicts": len(item.document.conflicts)} for item in pulled
        ],
        "conflicts": sum(result.conflicts for result, _ in results),
        "notes": [note for result, _ in results for note in result.notes],
    }
