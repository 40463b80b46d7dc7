"""Attention over the key-value cache, in the two forms in which the cache is laid out.

Where the weights are dense, a cache is [cells, kv_heads, head_dim], and attention is ragged flash attention or the
same in plain terms (Spans). Else keys are [blocks, kv_heads, head_dim, block] and values [blocks, kv_heads, block,
head_dim]: prefill attends to each piece of a prompt alone, and decode sums over bags of the cache (Plan)."""

from typing import List, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from transfer import sent


class Plan(NamedTuple):
    """Where the keys and values are that n rows attend to, for some steps. A bag is a sum of entries of a table, each
    times a weight. The scores of the cells of a block are the sum of the block's keys [head_dim, block], each times a
    number of the query; an answer is the sum of values, each times a probability."""

    positions: Tensor  # [n, span]: positions of the scored cells, whole blocks
    owners: Tensor  # for each bag of keys that is not empty, its query [n * heads]
    keys: Tensor  # entries of the bags of keys, [n, heads, blocks] bags, in the keys as [-1, block]
    key_bags: Tensor  # where each of these bags begins
    locations: Tensor  # for each entry of the bags of values, its probability in [n, heads, span]
    values: Tensor  # entries of the bags of values, [n, heads] bags, in the values as [-1, head_dim]
    value_bags: Tensor  # where each of these bags begins


class Spans(NamedTuple):
    """What the packed queries of n rows attend to. The keys of a row lie together. Its last query attends to all of
    them, the query before it to all but the last, and so on."""

    queries: Tensor  # [n + 1], int32: where the queries of each row begin, and where those of the last row end
    keys: Tensor  # [n + 1], int32: where the keys of each row begin, and a number without meaning
    used: Tensor  # [n], int32: keys of each row
    most_queries: int  # of a row
    most_keys: int  # of a row, or more
    cached: bool  # whether the keys are in the cache, not packed with the queries


def piece_spans(pieces: List[int], like: Tensor) -> Spans:
    """What the tokens of pieces attend to: to each other, or to the cache if a slot held tokens before. On the device
    of another tensor."""
    cached = sum(pieces[2::3]) > 0
    queries, keys, used = [0], [0], [0]
    for p in range(0, len(pieces), 3):
        count, offset, held = pieces[p], pieces[p + 1], pieces[p + 2]
        keys.insert(-1, offset if cached else queries[-1])
        used.insert(-1, held + count)
        queries.append(queries[-1] + count)
    table = sent(torch.tensor([queries, keys, used], dtype=torch.int32), like)
    return Spans(table[0], table[1], table[2, :-1], max(pieces[::3]), max(used), cached)


def row_spans(lengths: Tensor, offsets: Tensor, longest: int, window: int) -> Spans:
    """What the newest token of each row attends to. With a window, the keys begin where the window begins."""
    begins = (lengths + 1 - window).clamp_min(0) if window > 0 else torch.zeros_like(lengths)
    queries = torch.arange(lengths.size(0) + 1, dtype=torch.int32, device=lengths.device)
    keys = F.pad(offsets + begins, [0, 1]).int()
    used = (lengths + 1 - begins).int()
    return Spans(queries, keys, used, 1, longest if window == 0 else min(longest, window), True)


def attend_flash(query: Tensor, keys: Tensor, values: Tensor, spans: Spans, window: int, scale: float) -> Tensor:
    """Ragged flash attention: each query attends to its span, and with a window only to the newest keys of it."""
    return torch.ops.aten._flash_attention_forward(
        query,
        keys,
        values,
        spans.queries,
        spans.keys,
        spans.most_queries,
        spans.most_keys,
        0.0,
        True,
        False,
        scale=scale,
        window_size_left=window - 1,
        seqused_k=spans.used,
    )[0].flatten(1)


def attend_padded(query: Tensor, keys: Tensor, values: Tensor, spans: Spans, window: int, scale: float) -> Tensor:
    """The same as attend_flash in plain terms: rows are padded to the longest one."""
    n, device = spans.used.size(0), query.device
    counts = spans.queries.diff()
    rows = torch.arange(n, device=device).repeat_interleave(counts, output_size=query.size(0))
    locations = torch.arange(query.size(0), device=device) - spans.queries[rows]
    padded = torch.zeros([n, spans.most_queries] + query.shape[1:], dtype=query.dtype, device=device)
    padded[rows, locations] = query
    key = torch.arange(spans.most_keys, device=device)
    cells = (spans.keys[:-1].unsqueeze(1) + key).clamp_max(keys.size(0) - 1)
    newest = (spans.used - counts).unsqueeze(1) + torch.arange(spans.most_queries, device=device)
    mask = key <= newest.unsqueeze(2)
    if window > 0:
        mask = mask & (key > newest.unsqueeze(2) - window)
    y = F.scaled_dot_product_attention(
        padded.transpose(1, 2),
        keys[cells].transpose(1, 2),
        values[cells].transpose(1, 2),
        mask.unsqueeze(1),
        scale=scale,
        enable_gqa=True,
    )
    return y.transpose(1, 2)[rows, locations].flatten(1)


def piece_masks(pieces: List[int], window: int, device: torch.device) -> List[Tensor]:
    """For each piece, which keys [count, keys] each token attends to; without elements if it attends to all before
    it."""
    masks: List[Tensor] = []
    for p in range(0, len(pieces), 3):
        count, held = pieces[p], pieces[p + 2]
        if held == 0 and (window == 0 or count <= window):
            masks.append(torch.empty(0, dtype=torch.bool))
        else:
            token = torch.arange(held, held + count, device=device).unsqueeze(1)
            key = torch.arange(held + count, device=device).unsqueeze(0)
            mask = key <= token
            if window > 0:
                mask = mask & (key > token - window)
            masks.append(mask)
    return masks


def attend_piece(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, scale: float) -> Tensor:
    """Attention of one piece: queries [count, heads, head_dim] to keys and values [kv_heads, keys, head_dim]."""
    count, heads, head_dim = query.size(0), query.size(1), query.size(2)
    kv_heads = key.size(0)
    group = heads // kv_heads
    # The heads that share a key are the heads of one batch entry, whose keys are then a view.
    q = query.view(count, kv_heads, group, head_dim).permute(1, 2, 0, 3)
    shape = [kv_heads, group, key.size(1), head_dim]
    k, v = key.to(q.dtype).unsqueeze(1).expand(shape), value.to(q.dtype).unsqueeze(1).expand(shape)
    if mask.numel() == 0:
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale)
    else:
        y = F.scaled_dot_product_attention(q, k, v, mask, scale=scale)
    return y.permute(2, 0, 1, 3).reshape(count, heads * head_dim)


def plan(
    lengths: Tensor, ends: Tensor, offsets: Tensor, window: int, heads: int, kv_heads: int, head_dim: int, block: int
) -> Plan:
    """Finds what n rows attend to while they grow from lengths to ends [n]. window is 0 for none."""
    n, device = lengths.size(0), lengths.device
    begins = (lengths + 1 - window).clamp_min(0) if window > 0 else torch.zeros_like(lengths)
    first = begins // block
    counts = (ends + block - 1) // block - first
    blocks = int(counts.max())
    head = torch.arange(heads, device=device) // (heads // kv_heads)
    head = head.view(1, heads, 1)

    number = torch.arange(blocks, device=device)
    used = (number < counts.unsqueeze(1)).unsqueeze(1).expand(n, heads, blocks).reshape(-1)
    chosen = used.nonzero().squeeze(1)
    table = ((offsets // block + first).unsqueeze(1) + number).unsqueeze(1) * kv_heads + head
    rows = table.view(-1).index_select(0, chosen).unsqueeze(1) * head_dim
    keys = (rows + torch.arange(head_dim, device=device)).view(-1)

    positions = first.unsqueeze(1) * block + torch.arange(blocks * block, device=device)
    held = (positions >= begins.unsqueeze(1)) & (positions < ends.unsqueeze(1))
    locations = held.unsqueeze(1).expand(n, heads, -1).reshape(-1).nonzero().squeeze(1)
    entries = table * block
    entries = entries.unsqueeze(-1) + torch.arange(block, device=device)
    return Plan(
        positions,
        chosen // blocks,
        keys.int(),
        bags(used.int() * head_dim),
        locations,
        entries.view(-1).index_select(0, locations).int(),
        bags((ends - begins).repeat_interleave(heads)),
    )


def bags(sizes: Tensor) -> Tensor:
    """Where bags of these sizes begin, and where the last one ends."""
    return F.pad(sizes.cumsum(0), [1, 0]).int()


def attend_planned(keys: Tensor, values: Tensor, query: Tensor, plan: Plan, mask: Tensor, block: int) -> Tensor:
    """Attention of one token a row, to exactly the cells that the row has."""
    head_dim = query.size(2)
    weights = query.reshape(-1, head_dim).index_select(0, plan.owners).view(-1)
    scores = sum_bags(keys.view(-1, block), plan.keys, plan.key_bags, weights)
    scores = scores.view(query.size(0), query.size(1), -1).add_(mask)
    weights = scores.softmax(-1).view(-1).index_select(0, plan.locations)
    attended = sum_bags(values.view(-1, head_dim), plan.values, plan.value_bags, weights)
    return attended.view(query.size(0), -1).float()


def sum_bags(table: Tensor, entries: Tensor, bags: Tensor, weights: Tensor) -> Tensor:
    return torch.ops.aten._embedding_bag_forward_only(table, entries, bags, False, 0, False, weights, True)[0]
