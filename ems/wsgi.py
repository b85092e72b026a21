"""Django for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from ems.performance import with_large_stack
from ems.telemetry import observe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
# Before Django loads its middleware, to which tracing adds its own.
observe()
application = with_large_stack(get_wsgi_application())
