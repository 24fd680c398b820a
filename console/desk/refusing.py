"""What an agent is told, beside where it was tried, when something cannot be done."""

from starlette.requests import Request
from starlette.responses import Response

from console.errors import LinesideError
from console.web.errors import explain


def refused(request: Request, template: str, error: LinesideError) -> Response:
    """The fragment `template` with `whys`: all that is wrong, or the one sentence."""
    failure = explain(error)
    whys = [problem.why for problem in failure.problems] or [failure.sentence]
    response: Response = request.app.state.templates.response(
        request, template, {"whys": whys}, status=failure.status
    )
    return response
