"""The page that asks for the password again, for what is opened by its address."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from client.access.login_cookie import makes_safer
from client.access.navigation import HOME
from client.access.proof import PROOF, PROOF_PAGE, fault_of_proof, leads_to_file, proof_page
from client.access.roles import Access, Pages
from client.access.teacher_requests import safe_next
from client.errors import ProofNeededError
from client.problems.table import problem_of

blueprint = Pages("proof", __name__, access=Access.TEACHER, url_prefix=PROOF_PAGE)


@blueprint.get("")
@makes_safer
def form() -> str:
    """Ask for the password."""
    return proof_page("", action=_here())


@blueprint.post("")
@makes_safer
def prove() -> Response | str | tuple[str, int]:
    """Go on to what was wanted, or ask again."""
    problem = fault_of_proof(request.form.get(PROOF, ""))
    if problem is not None:
        return proof_page(problem, action=_here()), problem_of(ProofNeededError()).status
    target = safe_next(request.args.get("next")) or HOME
    if leads_to_file(target):
        return render_template("teacher/accounts/proved.html", target=target)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _here() -> str:
    return url_for("proof.prove", next=safe_next(request.args.get("next")))
