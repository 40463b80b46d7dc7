"""Prepares staged weights, so that a step of the model has less to do. Each function changes the weights in place."""

from typing import Dict, List, Tuple

import torch
from torch import Tensor

from rotation import rotated


def dtype_of(name: str) -> torch.dtype:
    if name == "F32":
        return torch.float32
    if name == "F16":
        return torch.float16
    if name == "BF16":
        return torch.bfloat16
    raise ValueError("no such dtype: " + name)


def interleave(staged: Dict[str, Tensor], name: str, heads: int, head_dim: int) -> None:
    """Reorders the outputs of each head: the two numbers that the rotary embedding rotates together become
    neighbours. Queries and keys are reordered alike, so their products stay the same."""
    if name in staged:
        weight = staged[name]
        halves = weight.view([heads, 2, head_dim // 2] + weight.shape[1:])
        staged[name] = halves.transpose(1, 2).reshape(weight.shape)


def scale(staged: Dict[str, Tensor], name: str, factor: float) -> None:
    if name in staged:
        staged[name].mul_(factor)


def rotate(staged: Dict[str, Tensor], name: str) -> None:
    if name in staged:
        staged[name] = rotated(staged[name])


def rotate_heads(staged: Dict[str, Tensor], kv_heads: int, head_dim: int) -> None:
    """Rotates the values of each head, and the inputs of the output projection, which undo it."""
    for part in ["value.weight", "value.bias"]:
        if part in staged:
            value = staged[part]
            heads = value.view(kv_heads, head_dim, -1).transpose(0, 1)
            staged[part] = rotated(heads).transpose(0, 1).reshape(value.shape)
    output = staged["output.weight"]
    heads = output.view(-1, head_dim).t()
    staged["output.weight"] = rotated(heads).t().reshape(output.shape)


def take_linear(staged: Dict[str, Tensor], names: List[str]) -> Tuple[Tensor, Tensor]:
    """Removes linear layers that share their input, and joins them: the weight [out, in], and the bias [out] or a
    tensor without elements."""
    weights: List[Tensor] = []
    biases: List[Tensor] = []
    for name in names:
        weight = staged.pop(name + ".weight")
        weights.append(weight)
        if name + ".bias" in staged:
            biases.append(staged.pop(name + ".bias"))
        else:
            biases.append(torch.zeros([weight.size(0)], dtype=weight.dtype, device=weight.device))
    weight = weights[0] if len(weights) == 1 else torch.cat(weights)
    bias = torch.cat(biases)
    return weight, bias if bool(bias.any()) else torch.empty(0)


def quantized(weight: Tensor) -> Tensor:
    """A weight [out, in] in int8, with a scale for each output channel."""
    scales = torch.maximum(weight.amax(1), -weight.amin(1)).clamp_min(1e-12).div(127.0)
    zeros = torch.zeros([weight.size(0)], dtype=torch.int64)
    integers = weight.div(scales.unsqueeze(1)).round_().to(torch.int8)
    return torch._make_per_channel_quantized_tensor(integers, scales.double(), zeros, 0)
