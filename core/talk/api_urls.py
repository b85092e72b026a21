"""The paths of comments and follows (docs/contract.md#talk)."""

from core.http.api import any_case
from core.talk import api

BASE = "api/comments"
urlpatterns = [
    *any_case(BASE, api.CommentsEndpoint, "api-comments"),
    *any_case(f"{BASE}/<int:pk>", api.CommentEndpoint, "api-comment"),
    *any_case(f"{BASE}/<int:pk>/strike", api.StrikeEndpoint, "api-comment-strike"),
    *any_case(
        f"{BASE}/<int:pk>/files/<int:file_id>",
        api.CommentFileEndpoint,
        "api-comment-file",
    ),
    *any_case("api/follows", api.FollowsEndpoint, "api-follows"),
]
