"""The product's settings with the plain addresses of ``benchmarks.plain`` beside ours."""

from ems.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"
