"""Comments, questions and follows, for integrators (docs/contract.md#talk)."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.models import User
from core.accounts.permissions import person
from core.errors import DomainError, invalid
from core.files.downloads import Served, serve
from core.files.filetypes import TYPES
from core.http.api import Endpoint, small_list
from core.http.parsers import LimitedJSONParser
from core.talk.models import Comment, CommentFile
from core.talk.queries.wire import (
    comments_on,
    follow_row,
    follow_rows,
    ids_of,
    one_comment,
)
from core.talk.serializers import (
    CommentSerializer,
    FollowSerializer,
    StrikeSerializer,
)
from core.talk.services import (
    add_comment,
    answer,
    ask_question,
    edit_comment,
    follow,
    strike_comment,
    unfollow,
)
from core.talk.services.comments import Saying, place_of_comment
from core.talk.subjects import RECORD, Place, read_reference

ABOUT = OpenApiParameter(
    RECORD,
    str,
    required=True,
    description="kind and id: `change:7`, `bom:700`, `activity:3`, `task:9`, `document:1`, `analysis:5`",
)
ABOUT_ONE = OpenApiParameter(RECORD, str, description="only this record")
BYTES: dict[tuple[int, str], Any] = {(200, kind): bytes for kind in set(TYPES.values())}


def _place(request: Request) -> Place:
    names = {name.casefold(): str(text) for name, text in request.query_params.items()}
    return read_reference(names.get(RECORD, ""))


def _sent(comment: Comment, by: User, status: int = 200) -> Response:
    record = place_of_comment(comment.pk).found()
    row = one_comment(comment.pk, record, by)
    return Response(CommentSerializer(row).data, status=status)


class CommentsEndpoint(Endpoint):
    """``/api/comments``."""

    parser_classes = (LimitedJSONParser, MultiPartParser)

    @extend_schema(parameters=[ABOUT], responses=CommentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What was said about a record, the oldest first."""
        rows = comments_on(_place(request), person(request))
        return small_list(request, list(CommentSerializer(rows, many=True).data))

    @extend_schema(request=CommentSerializer, responses={201: CommentSerializer})
    def post(self, request: Request) -> Response:
        """Says something, asks or answers; files as multipart/form-data."""
        given, by = CommentSerializer.read(request.data), person(request)
        place = read_reference(given.get("record") or "")
        said: dict[str, Any] = {
            "by": by,
            "text": given.get("text") or "",
            "more": _more(request, given),
        }
        if given.get("answers"):
            if not given.get("reply_to"):
                raise invalid("replyTo", _("Name the question that it answers."))
            comment = answer(question_id=given["reply_to"], **said)
        elif given.get("ask") or given.get("ask_ext_user_id"):
            comment = ask_question(place=place, person=_asked(given), **said)
        else:
            comment = add_comment(place=place, reply_to=given.get("reply_to"), **said)
        return _sent(comment, by, 201)


def _more(request: Request, given: dict[str, Any]) -> Saying:
    tell, missing = ids_of(given.get("tell_ext_user_ids") or [])
    if missing is not None:
        raise invalid("tellExtUserIds", _("Nobody here has the id %s.") % missing)
    files = [
        (file.name or "", file)
        for _name, group in request.FILES.lists()
        for file in group
    ]
    return Saying(given.get("line") or "", tell, files)


def _asked(given: dict[str, Any]) -> User | None:
    """Whom the body names; the requester where it names nobody."""
    key = given.get("ask_ext_user_id")
    if key is None:
        return None
    found = User.objects.filter(ext_id=key).first()
    if found is None:
        raise invalid("askExtUserId", _("Nobody here has the id %s.") % key)
    return found


class CommentEndpoint(Endpoint):
    """``/api/comments/{id}``."""

    @extend_schema(responses=CommentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What was said, by whom and when, with its files; also when it is struck."""
        return _sent(Comment(pk=pk), person(request))

    @extend_schema(request=CommentSerializer, responses={200: CommentSerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Another ``text`` for one's own, within ten minutes and until somebody answers."""
        given, by = CommentSerializer.read(request.data), person(request)
        comment = edit_comment(comment_id=pk, by=by, text=given.get("text") or "")
        return _sent(comment, by)


class StrikeEndpoint(Endpoint):
    """``/api/comments/{id}/strike``."""

    @extend_schema(request=StrikeSerializer, responses={200: CommentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Strikes one's own, or any as manager or administrator, with a reason; it stays readable."""
        given, by = StrikeSerializer.read(request.data), person(request)
        comment = strike_comment(comment_id=pk, by=by, reason=given.get("reason") or "")
        return _sent(comment, by)


class CommentFileEndpoint(Endpoint):
    """``/api/comments/{id}/files/{fileId}``."""

    @extend_schema(responses=BYTES)
    def get(self, request: Request, pk: int, file_id: int) -> HttpResponseBase:
        """What was sent with it, under its own name."""
        place_of_comment(pk)
        file = CommentFile.objects.filter(pk=file_id, comment=pk).first()
        if file is None:
            raise DomainError(_("There is no such file."), "not_found")
        shown = Served(file.name, file.stored_name, file.content_type, file.sha256)
        return serve(request, shown)


class FollowsEndpoint(Endpoint):
    """``/api/follows``."""

    @extend_schema(parameters=[ABOUT_ONE], responses=FollowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What the caller chose to follow, the latest first; with ``record`` how it stands with that one."""
        by = person(request)
        names = {name.casefold() for name in request.query_params}
        rows = [follow_row(_place(request), by)] if RECORD in names else follow_rows(by)
        return small_list(request, list(FollowSerializer(rows, many=True).data))

    @extend_schema(request=FollowSerializer, responses={200: FollowSerializer})
    def post(self, request: Request) -> Response:
        """Follows a record; twice is once."""
        given, by = FollowSerializer.read(request.data), person(request)
        place = read_reference(given.get("record") or "")
        follow(place=place, by=by)
        return Response(FollowSerializer(follow_row(place, by)).data)

    @extend_schema(parameters=[ABOUT], responses={200: FollowSerializer})
    def delete(self, request: Request) -> Response:
        """Follows it no longer, whatever part the caller has in it."""
        place, by = _place(request), person(request)
        unfollow(place=place, by=by)
        return Response(FollowSerializer(follow_row(place, by)).data)
