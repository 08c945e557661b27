"""Claims of the centrepiece: sentences that its narration relies on, each true or false of one run's arrays."""

from __future__ import annotations

from objectives.experiments import Claim
from objectives.experiments.six_objectives.claims.edits import EDITS
from objectives.experiments.six_objectives.claims.long_run import LONG_RUN
from objectives.experiments.six_objectives.claims.setting import SETTING
from objectives.experiments.six_objectives.claims.surrogates import SURROGATES
from objectives.experiments.six_objectives.claims.trajectories import RUNS
from objectives.experiments.six_objectives.race import CLAIMS as RACE

CLAIMS: dict[str, Claim] = {**SETTING, **SURROGATES, **RUNS, **EDITS, **LONG_RUN, **RACE}
