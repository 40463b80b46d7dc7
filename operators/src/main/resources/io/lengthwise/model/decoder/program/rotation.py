"""Rotations of hidden states, so that int8 represents them well.

A few numbers of the hidden states are many times larger than the others, which leaves int8 few steps for the others.
Embedding and weights are rotated once by an orthogonal matrix that spreads each number over all others. The hidden
states then come out rotated, without such outliers. The model still computes the same function, because norms do not
change under a rotation (QuaRot, Ashkboos et al., 2024).
"""

import math

import torch
from torch import Tensor

from randomness import uniform


def rotated(x: Tensor) -> Tensor:
    """x [size, ...] rotated over its first dimension: random signs, then Hartley transforms over the factors of
    size."""
    return transformed(x * signs(x))


def unrotated(x: Tensor) -> Tensor:
    return transformed(x) * signs(x)


def signs(x: Tensor) -> Tensor:
    """A sign for each number of the first dimension."""
    index = torch.arange(x.size(0), device=x.device)
    signs = torch.where(uniform(torch.zeros_like(index), index) < 0.5, -1.0, 1.0)
    return signs.view([-1] + [1] * (x.dim() - 1))


def transformed(x: Tensor) -> Tensor:
    """Hartley transforms over the factors of the first dimension. They are their own inverse."""
    done, left = 1, x.size(0)
    y = x.reshape(-1)
    while left > 1:
        factor = largest_factor(left)
        if factor == 1:
            factor = left
        y = (hartley(factor, x.device) @ y.view(done, factor, -1)).view(-1)
        done *= factor
        left = left // factor
    return y.view(x.shape)


def rotated_blocks(x: Tensor, rotation: Tensor) -> Tensor:
    """x [..., size] with each block of neighbours rotated. No norm precedes these numbers, so decode does it at each
    step."""
    return (x.reshape(-1, rotation.size(0)) @ rotation).view(x.shape)


def largest_factor(size: int) -> int:
    """The largest power of two, at most 64, that divides a size."""
    factor = 1
    while factor < 64 and size % (2 * factor) == 0:
        factor *= 2
    return factor


def hartley(size: int, device: torch.device) -> Tensor:
    """The matrix of the Hartley transform [size, size]: orthogonal, symmetric, and without large entries."""
    index = torch.arange(size, device=device)
    angles = (index.unsqueeze(1) * index % size) * (2 * math.pi / size)
    return (angles.cos() + angles.sin()) / math.sqrt(size)
