"""Django for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from ems.performance import with_large_stack

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
application = with_large_stack(get_wsgi_application())
