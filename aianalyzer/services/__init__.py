"""The verbs of the analyzer, each written once."""

from aianalyzer.services.cancelling import cancel_analysis, record_generation
from aianalyzer.services.execution import analyse, run_analysis
from aianalyzer.services.recovery import look_after_analyses
from aianalyzer.services.requesting import retry_analysis, start_analysis

__all__ = [
    "analyse",
    "cancel_analysis",
    "look_after_analyses",
    "record_generation",
    "retry_analysis",
    "run_analysis",
    "start_analysis",
]
