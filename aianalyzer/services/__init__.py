"""The verbs of the analyzer, each written once."""

from aianalyzer.services.ending import cancel_analysis, record_generation
from aianalyzer.services.running import analyse, run_analysis
from aianalyzer.services.starting import retry_analysis, start_analysis
from aianalyzer.services.upkeep import look_after_analyses

__all__ = [
    "analyse",
    "cancel_analysis",
    "look_after_analyses",
    "record_generation",
    "retry_analysis",
    "run_analysis",
    "start_analysis",
]
