"""Generated from the table of operations by tests/contract/test_methods.py --update-golden: do not edit."""

from collections.abc import Iterator

from publisher.confluence.operations.items import Item
from publisher.confluence.operations.methods.base import Filter, Methods


class TaskMethods(Methods):
    """``confluence.task``."""

    def list(
        self,
        *,
        space: str | None = None,
        body_format: Filter = None,
        include_blank_tasks: Filter = None,
        status: Filter = None,
        task_id: Filter = None,
        space_id: Filter = None,
        page_id: Filter = None,
        blogpost_id: Filter = None,
        created_by: Filter = None,
        assigned_to: Filter = None,
        completed_by: Filter = None,
        created_at_from: Filter = None,
        created_at_to: Filter = None,
        due_at_from: Filter = None,
        due_at_to: Filter = None,
        completed_at_from: Filter = None,
        completed_at_to: Filter = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """List tasks. Cloud only."""
        return self._rows(
            "task list",
            space=space,
            body_format=body_format,
            include_blank_tasks=include_blank_tasks,
            status=status,
            task_id=task_id,
            space_id=space_id,
            page_id=page_id,
            blogpost_id=blogpost_id,
            created_by=created_by,
            assigned_to=assigned_to,
            completed_by=completed_by,
            created_at_from=created_at_from,
            created_at_to=created_at_to,
            due_at_from=due_at_from,
            due_at_to=due_at_to,
            completed_at_from=completed_at_from,
            completed_at_to=completed_at_to,
            limit=limit,
        )

    def get(self, task: str, *, body_format: Filter = None) -> Item:
        """Get a task. Cloud only.

        task: its id.

        """
        return self._item("task get", task=task, body_format=body_format)

    def complete(self, task: str) -> Item:
        """Mark a task as done. Cloud only.

        task: its id.

        """
        return self._item("task complete", task=task)

    def reopen(self, task: str) -> Item:
        """Mark a task as not done. Cloud only.

        task: its id.

        """
        return self._item("task reopen", task=task)
