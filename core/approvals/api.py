"""What waits for me, substitutes, and forwarding, for integrators (docs/api.md)."""

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import may, person
from core.accounts.services import known_person
from core.approvals.models import Substitution
from core.approvals.queries.wire import waiting_rows
from core.approvals.serializers import (
    ForwardSerializer,
    InboxRowSerializer,
    SubstitutionSerializer,
)
from core.approvals.services import end_substitution, forward, substitute
from core.errors import invalid
from core.http.api import Endpoint, small_list


class InboxEndpoint(Endpoint):
    """``/api/inbox``."""

    @extend_schema(responses=InboxRowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What waits for the caller's decision or signature, the oldest first; 500 at most."""
        rows = waiting_rows(person(request))
        return small_list(request, list(InboxRowSerializer(rows, many=True).data))


class SubstitutionsEndpoint(Endpoint):
    """``/api/substitutions``."""

    @extend_schema(responses=SubstitutionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Substitutions that stand: an administrator sees all, everybody else their own."""
        by = person(request)
        rows = Substitution.objects.alive().select_related("person", "substitute")
        if not may(by, "set_up"):
            rows = rows.filter(Q(person=by) | Q(substitute=by))
        return small_list(request, list(SubstitutionSerializer(rows, many=True).data))

    @extend_schema(
        request=SubstitutionSerializer, responses={201: SubstitutionSerializer}
    )
    def post(self, request: Request) -> Response:
        """Name a substitute for oneself, or as administrator for anybody."""
        given, by = SubstitutionSerializer.read(request.data), person(request)
        whom = given.get("person", {}).get("ext_id") or by.ext_id
        asked = by if whom == by.ext_id else known_person(whom, "extUserId")
        for field, wire in (("first_day", "from"), ("last_day", "until")):
            if given.get(field) is None:
                raise invalid(wire, _("Needed."))
        row = substitute(
            person=asked,
            by=by,
            stand_in=known_person(
                given.get("substitute", {}).get("ext_id"), "substituteExtUserId"
            ),
            first_day=given["first_day"],
            last_day=given["last_day"],
            kinds=given.get("kinds") or (),
        )
        return Response(SubstitutionSerializer(row).data, status=201)


class SubstitutionEndpoint(Endpoint):
    """``/api/substitutions/{id}``."""

    @extend_schema(responses={200: SubstitutionSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        """End it now; the same again has no effect."""
        row = end_substitution(substitution_id=pk, by=person(request))
        return Response(SubstitutionSerializer(row).data)


class ForwardEndpoint(Endpoint):
    """The base of ``…/forward``; a subclass says which record its key means."""

    def record_of(self, key: int) -> tuple[str, int]:
        """The label of the record's model, and its id."""
        raise NotImplementedError

    @extend_schema(request=ForwardSerializer, responses={204: None})
    def post(self, request: Request, **key: int) -> Response:
        """Ask somebody else in one's own place, with a reason; a manager in anybody's."""
        given, by = ForwardSerializer.read(request.data), person(request)
        to = known_person(given.get("to_ext_user_id"), "toExtUserId")
        other = given.get("from_ext_user_id")
        record_type, record_id = self.record_of(next(iter(key.values())))
        forward(
            record_type=record_type,
            record_id=record_id,
            by=by,
            to=to,
            reason=given.get("reason") or "",
            person=known_person(other, "fromExtUserId") if other else None,
        )
        return Response(status=204)
