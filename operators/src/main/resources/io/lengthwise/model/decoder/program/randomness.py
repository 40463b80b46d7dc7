"""Random numbers that follow from a seed and a position alone, so that nothing has to be stored."""

import math

from torch import Tensor


def uniform(seeds: Tensor, position: Tensor) -> Tensor:
    """A float64 number in (0, 1) for each seed and position: the finalizer of splitmix64, applied to a counter."""
    x = seeds + (position + 1) * -7046029254386353131
    x = (x ^ shift(x, 30)) * -4658895280553007687
    x = (x ^ shift(x, 27)) * -7723592293110705685
    x = x ^ shift(x, 31)
    return (shift(x, 12).double() + 0.5) * math.pow(2.0, -52)


def shift(x: Tensor, bits: int) -> Tensor:
    """The logical shift to the right, which torch lacks for signed numbers."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)
