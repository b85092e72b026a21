"""The verbs of the analyzer, each written once."""

from aianalyzer.services.cancelling import cancel_analysis, record_generation
from aianalyzer.services.execution import analyse, run_analysis
from aianalyzer.services.recovery import recover_analyses
from aianalyzer.services.requesting import retry_analysis, start_analysis

__all__ = [
    "analyse",
    "cancel_analysis",
    "record_generation",
    "recover_analyses",
    "retry_analysis",
    "run_analysis",
    "start_analysis",
]
