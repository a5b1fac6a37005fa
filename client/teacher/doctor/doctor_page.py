"""What the command doctor finds, for admins: the same examinations in the running server."""

from __future__ import annotations

from flask import current_app, render_template

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.examining import examine
from attendance.doctor.findings import Grade
from attendance.store.open_store import FILE_NAME
from client.access.roles import Access, Pages
from client.web.plain_http import base_url, told_address
from client.web.services import the_register, tunnel_of

blueprint = Pages("doctor", __name__, access=Access.ADMIN, url_prefix="/admin/doctor")

LONGEST = 8.0  # seconds that the page waits for a mail server or a tunnel


@blueprint.get("/")
def index() -> str:
    """What was found, by how bad it is."""
    found = examine(_site(), longest=LONGEST)
    of_grade = {grade.value: [each for each in found if each.finding.grade is grade] for grade in Grade}
    return render_template("teacher/doctor/index.html", found=of_grade)


def _site() -> ExaminedSite:
    register = the_register()
    settings = register.settings
    return ExaminedSite(
        settings=settings,
        now=register.clock.now(),
        store=register.store,
        register=None if settings.mongodb_uri else settings.data / FILE_NAME,
        keys=settings.keys_folder,
        address=base_url(),
        # Without the launcher it is what this browser typed, and the server asks no address that others name.
        asks_address=told_address() is not None,
        tunnel_is_up=tunnel_of(current_app)(),
        is_server=True,
    )
