"""What is narrower than float32 is computed, and handed on, in float32.

Half-precision types hold few digits (bfloat16: two and a half) and, in float16, no number above 65,504: a sum over
many tokens, a standard deviation or a ratio of probabilities does not fit. Gradients return in the type that came in.
"""

from __future__ import annotations

import torch
from torch import Tensor


def wide(x: Tensor) -> Tensor:
    """`x` in float32 if its type is narrower, else as it is."""
    return x.to(wide_type(x.dtype))


def wide_type(dtype: torch.dtype) -> torch.dtype:
    """The float type in which numbers of this type are computed."""
    return torch.promote_types(dtype, torch.float32)
