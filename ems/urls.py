"""The table of contents: pages under prefixes, the API at its given paths, the admin."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from activities.views.capacities import capacities_page
from core.accounts.api import LoginEndpoint
from core.approvals.views.asking import forward_record, stuck_list
from core.approvals.views.links import decide_page
from core.approvals.views.substitutions import substitutes, substitution_end
from core.http.api import any_case
from ems import (
    analyze_document,
    document_usage,
    inbox,
    installing,
    searching,
    setup_index,
    status,
    views,
)
from ems.administration import name_background_jobs
from ems.guide import views as guide_views
from ems.home import arranging
from engineering.views.departments import departments_page

handler400 = "ems.errors.bad_request"
handler403 = "ems.errors.permission_denied"
handler404 = "ems.errors.page_not_found"
handler500 = "ems.errors.server_error"

admin.site.unregister(Group)  # roles are our own; groups would only confuse
name_background_jobs()

# Swagger's own page brings its styles inline; nothing else may.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    views.login_first(
        SpectacularSwaggerSplitView.as_view(
            url_name="schema", http_method_names=["get", "head"]
        )
    )
)

urlpatterns = [
    # pages
    path("", views.home, name="home"),
    path("home/chart.json", views.chart_data, name="chart_data"),
    path("home/arrange/", arranging.arrange, name="home_arrange"),
    path("home/<str:part>/", views.home_part, name="home_part"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service_worker"),
    path("offline/", installing.offline, name="offline"),
    path("search/", searching.search, name="search"),
    path("search/palette/", searching.palette, name="palette"),
    path("figures/", views.department, name="department"),
    path("figures/edit/", views.figures_form, name="figures"),
    path("help/", guide_views.guide, name="help"),
    path("help/<slug:slug>/", guide_views.guide_section, name="guide_section"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("changes/", include("engineering.urls")),
    path("changes/<int:pk>/planned/", document_usage.change_work, name="change_work"),
    path("bom/", include("bom.urls")),
    path("activities/", include("activities.urls")),
    path("analyzer/", include("aianalyzer.urls")),
    path(
        "analyzer/documents/",
        analyze_document.pick_documents,
        name="analyzer_documents",
    ),
    path(
        "analyzer/from-document/<int:pk>/",
        analyze_document.analyse_document,
        name="analyse_document",
    ),
    path("documents/", include("supportdocs.urls")),
    path(
        "documents/<int:pk>/used/", document_usage.document_uses, name="document_uses"
    ),
    path("reports/", include("reports.urls")),
    path("setup/", setup_index.setup_index, name="setup"),
    path("setup/rules/", include("core.approvals.urls")),
    path(
        "approvals/<str:record_type>/<int:pk>/forward/",
        forward_record,
        name="approval_forward",
    ),
    path("setup/service-accounts/", include("core.service_accounts.urls")),
    path("setup/switch/", include("legacy.urls")),
    path("setup/nobody/", stuck_list, name="nobody_can_decide"),
    path("substitutes/", substitutes, name="substitutes"),
    path("substitutes/<int:pk>/end/", substitution_end, name="substitution_end"),
    path("decide/<str:token>/", decide_page, name="decide"),
    path("setup/departments/", departments_page, name="departments"),
    path("setup/capacities/", capacities_page, name="capacities"),
    *(
        re_path(rf"^setup/{slug}/", RedirectView.as_view(pattern_name=view))
        for slug, view in setup_index.MOVED.items()
    ),
    path("setup/", include("core.workdays.setup_urls")),
    path("setup/", include("engineering.setup_urls")),
    path("leave/", include("core.workdays.urls")),
    path("accounts/", include("core.accounts.urls")),
    path("verify/", include("core.receipts.urls")),
    path("talk/", include("core.talk.urls")),
    path("lists/", include("core.lists.urls")),
    path("", include("notifications.urls")),
    path("admin/", admin.site.urls),
    # the API
    *any_case("login", views.login_redirect(LoginEndpoint.as_view()), "api-login"),
    path("", include("core.accounts.api_urls")),
    path("", include("core.approvals.api_urls")),
    path("", include("core.receipts.api_urls")),
    path("", include("core.workdays.api_urls")),
    path("", include("core.talk.api_urls")),
    path("", include("core.lists.api_urls")),
    path("", include("engineering.api_urls")),
    path("", include("bom.api_urls")),
    path("", include("activities.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("aianalyzer.api_urls")),
    path("", include("supportdocs.api_urls")),
    path("", include("ems.api_urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", docs, name="docs"),
    # the machine room
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("status/", status.status, name="status"),
    path("metrics", views.metrics, name="prometheus"),
    path(
        "favicon.ico",
        RedirectView.as_view(url=f"/{settings.STATIC_URL.strip('/')}/img/mark.svg"),
    ),
    # whatever is left: a page without its slash, or nothing at all
    re_path(r"", views.unknown),
]
