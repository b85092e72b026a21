"""What the OpenAPI document and its pages are made with."""

from typing import Any

API_DOCUMENT: dict[str, Any] = {
    "TITLE": "EMS API",
    "DESCRIPTION": "Engineering Management System: the documented paths.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["core.http.openapi.only_given_paths"],
    "POSTPROCESSING_HOOKS": ["core.http.openapi.with_error_shape"],
}
