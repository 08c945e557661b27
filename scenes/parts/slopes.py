"""The slope of the expected reward in formulas: as a sum over all answers, and as an average over a batch.

MOVED is the slope before, and SLOPE after the slope of a chance is written as LOG says. WHOLE is REINFORCE's objective:
what its gradient is the gradient of.

Terms are labelled by the symbol that gives their colour; a term that stays keeps its label from one to the next.
"""

from __future__ import annotations

ALL = "{{ sum_o thin pi(o) : mean }}"
ODDS = "pi(o)"
SCORE = "{{ r(o) : reward }}"
SCORE_ONE = "{{ r_i : reward }}"
TOWARDS = "{{ nabla log pi(o) : logp }}"
SOME = "{{ 1/N sum_i : mean }}"
TOWARDS_ONE = "{{ nabla log pi(o_i) : logp }}"

HEIGHT = f"J thin = thin {ALL} thin {{{{ r(o) : reward }}}}"
MOVED = "nabla J thin = thin {{ sum_o : mean }} thin {{ nabla pi(o) : logp }} thin {{ r(o) : reward }}"
LOG = "{{ nabla pi(o) : logp }} thin = thin pi(o) thin {{ nabla log pi(o) : logp-of }}"
SLOPE = f"nabla J thin = thin {ALL} thin {{{{ r(o) : reward }}}} thin {TOWARDS}"
LESS = f"nabla J thin = thin {ALL} thin ( {{{{ r(o) : reward }}}} - {{{{ b : value }}}} ) thin {TOWARDS}"
SAMPLED = f"nabla J thin approx thin {SOME} thin {{{{ r_i : reward }}}} thin {TOWARDS_ONE}"
ON_AVERAGE = f"EE bracket.l thin {SOME} thin {{{{ r_i : reward }}}} thin {TOWARDS_ONE} thin bracket.r = nabla J"
SCORE_LESS = "{{ r_i : reward }} - {{ b : value }}"
MINUS_CONSTANT = f"nabla J thin approx thin {SOME} thin ( {SCORE_LESS} ) thin {TOWARDS_ONE}"
MINUS_VALUE = (
    f"nabla J thin approx thin {SOME} thin ( {{{{ r_i : reward }}}} - {{{{ V : value }}}} ) thin {TOWARDS_ONE}"
)
ADVANTAGE = f"nabla J thin approx thin {SOME} thin {{{{ hat(A)_i : advantage }}}} thin {TOWARDS_ONE}"
NOTHING = "sum_o pi(o) thin nabla log pi(o) thin = thin sum_o nabla pi(o) thin = thin nabla 1 thin = thin 0"

AVERAGE = "{{ 1/N sum_(i=1)^N : mean }}"
TOKENS = "{{ sum_t : mean-2 }} {{ log pi_theta (o_(i,t) | q, o_(i,<t)) : logp }}"
WHOLE = f"L(theta) = {AVERAGE} thin {{{{ r_i : reward }}}} thin {TOKENS}"
WHOLE_MINUS = f"L(theta) = {AVERAGE} thin ( {SCORE_LESS} ) thin {TOKENS}"
WHOLE_BASELINE = (
    f"L(theta) = {AVERAGE} thin {{{{ hat(A)_i : advantage }}}} thin {TOKENS}"
    " wide {{ hat(A)_i : advantage-2 }} = {{ r_i : reward }} - {{ V(q) : value }}"
)
