"""The page on which admins measure how often the enrolled students are confused or not recognised."""

from __future__ import annotations

import io
from functools import partial
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from attendance.evaluation.evaluations import Grouping
from attendance.evaluation.output.html_page import html_of
from client.access.proof import file_needs_proof
from client.access.roles import Access, Pages
from client.teacher.evaluation.words import class_rows, group_rows, pair_rows, plain_sentences, warnings_of
from client.web.services import the_register

blueprint = Pages("evaluation", __name__, access=Access.ADMIN, url_prefix="/admin/evaluation")

COLUMNS = {"department": _l("Department"), "year": _l("Year")}
"""By what the page can group the students; the command takes any column of any list."""

REPORT = "evaluation.html"


@blueprint.get("/")
def index() -> str:
    """The last result, or how far the one that is being made is."""
    register = the_register()
    register.evaluations.purge()
    state, pin = register.evaluations.background.state, register.engine()
    found = state.result
    return render_template(
        "teacher/evaluation/index.html",
        state=state,
        found=found,
        columns=COLUMNS,
        column=COLUMNS.get(found.column or "") if found else None,
        calibration=register.evaluations.calibrations.in_use(pin.engine, pin.detector),
        sentences=plain_sentences(found) if found else [],
        warnings=warnings_of(found) if found else [],
        classes=class_rows(found) if found else [],
        groups=group_rows(found) if found else [],
        pairs=pair_rows(found) if found else [],
    )


@blueprint.post("/run")
def run() -> Response:
    """Begin an evaluation, unless one is running."""
    register = the_register()
    column = request.form.get("by", "")
    grouping = Grouping(column) if column in COLUMNS else None
    evaluations = register.evaluations
    evaluate = partial(evaluations.of_enrolled, register.engine(), grouping)
    if not evaluations.background.start(evaluate):
        flash(_("An evaluation is running already."), "info")
    return redirect(url_for("evaluation.index"), HTTPStatus.SEE_OTHER)


@blueprint.get("/report")
@file_needs_proof
def report() -> Response:
    """The last result as one page to keep, with curves and the names of those who are confused most."""
    evaluations = the_register().evaluations
    evaluations.purge()
    found = evaluations.background.state.result or abort(HTTPStatus.NOT_FOUND)
    return send_file(
        io.BytesIO(html_of(found).encode()), mimetype="text/html", as_attachment=True, download_name=REPORT
    )
