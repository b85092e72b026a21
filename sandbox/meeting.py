"""The meeting backend: people with departments, task templates, projects."""

from sandbox.messages import Call, Reply, json_reply
from sandbox.tables import load
from sandbox.upstream import Routes, Upstream


class MeetingServer(Upstream):
    """Four lists."""

    name = "meeting"

    def load(self) -> None:
        """Take the four lists."""
        self.people = load("people")
        self.departments = load("departments")
        self.templates = load("templates")
        self.projects = load("projects")

    def routes(self) -> Routes:
        """Return what the meeting backend answers."""
        return {
            ("GET", "/ext-users"): self._list_people,
            ("GET", "/ext-departments"): self._list_departments,
            ("GET", "/tasklisttemplates-proto"): self._list_templates,
            ("GET", "/projects-idname"): self._list_projects,
        }

    def _list_people(self, _call: Call) -> Reply:
        names = {row["id"]: row["name"] for row in self.departments}
        return json_reply(
            [
                row | {"departmentName": names[row["departmentId"]]}
                for row in self.people
            ]
        )

    def _list_departments(self, _call: Call) -> Reply:
        return json_reply(self.departments)

    def _list_templates(self, _call: Call) -> Reply:
        return json_reply({"templates": self.templates})

    def _list_projects(self, _call: Call) -> Reply:
        return json_reply(self.projects)
