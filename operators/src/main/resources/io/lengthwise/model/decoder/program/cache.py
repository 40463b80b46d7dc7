"""The key-value cache of one layer, in the two layouts that attention.py describes.

Functions take block, the cells whose keys lie together, or 0 for the layout [cells, kv_heads, head_dim]."""

from typing import List, Tuple

import torch
from torch import Tensor


def allocate(cells: int, kv_heads: int, head_dim: int, block: int, like: Tensor, dtype: torch.dtype) -> List[Tensor]:
    """Keys and values for cells tokens. They are zeroed, so that cells that are not written yet hold finite
    numbers."""
    keys = [cells, kv_heads, head_dim]
    values = keys
    if block > 0:
        keys = [cells // block, kv_heads, head_dim, block]
        values = [cells // block, kv_heads, block, head_dim]
    # One tensor for both: the optimizer of TorchScript merges two equal zeros() into one tensor.
    cache = torch.zeros([2, cells * kv_heads * head_dim], dtype=dtype, device=like.device)
    return [cache[0].view(keys), cache[1].view(values)]


def locations(cells: Tensor, block: int) -> List[Tensor]:
    """Where cells [tokens] are: the cells themselves, or their blocks and the indices in the blocks."""
    return [cells] if block == 0 else [cells // block, cells % block]


def store(keys: Tensor, values: Tensor, key: Tensor, value: Tensor, locations: List[Tensor]) -> None:
    """Stores the keys and values [tokens, kv_heads, head_dim] of tokens."""
    if len(locations) == 1:
        keys.index_copy_(0, locations[0], key)
        values.index_copy_(0, locations[0], value)
    else:
        keys[locations[0], :, :, locations[1]] = key
        values[locations[0], :, locations[1]] = value


def held(keys: Tensor, values: Tensor, offset: int, count: int, block: int) -> Tuple[Tensor, Tensor]:
    """The first count keys and values of a slot, [kv_heads, count, head_dim]. For the layout in blocks."""
    first, last = offset // block, blocks(offset + count, block)
    kv_heads, head_dim = values.size(1), values.size(3)
    key = keys[first:last].permute(1, 0, 3, 2).reshape(kv_heads, -1, head_dim)
    value = values[first:last].transpose(0, 1).reshape(kv_heads, -1, head_dim)
    return key[:, :count], value[:, :count]


def move(table: Tensor, source: int, target: int, count: int, block: int) -> None:
    """Copies count cells of a slot into another slot."""
    if block > 0:
        source, target, count = source // block, target // block, blocks(count, block)
    table[target : target + count] = table[source : source + count].clone()


def blocks(cells: int, block: int) -> int:
    """The blocks that hold so many cells."""
    return (cells + block - 1) // block
