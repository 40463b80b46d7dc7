"""Chooses tokens from logits. The choice for a row does not depend on the other rows."""

import math
from typing import Tuple

import torch
from torch import Tensor

from randomness import uniform


def largest_index(logits: Tensor) -> Tensor:
    """The index of the largest number of each row [n]."""
    # argmax goes over single numbers, amax over vectors: first find the part of the vocabulary, then the token in it.
    part = 256
    whole = logits.size(1) // part
    if whole < 2:
        return logits.argmax(-1)
    parts = logits[:, : whole * part].unflatten(1, [whole, part])
    best = parts.amax(-1).argmax(-1)
    rows = torch.arange(logits.size(0), device=logits.device)
    token = parts[rows, best].argmax(-1) + best * part
    if whole * part < logits.size(1):
        rest = logits[:, whole * part :].argmax(-1) + whole * part
        better = logits[rows, rest] > logits[rows, token]
        token = torch.where(better, rest, token)
    return token


def seen_tokens(history: Tensor, vocabulary: int) -> Tensor:
    """Which tokens [n, vocabulary] each row contains. history [n, m] has the tokens of each row, filled up with
    -1."""
    if history.numel() == 0:
        return torch.empty(0, dtype=torch.bool)
    seen = torch.zeros([history.size(0), vocabulary + 1], dtype=torch.bool, device=history.device)
    seen.scatter_(1, torch.where(history < 0, vocabulary, history), True)
    return seen[:, :vocabulary]


def adjusted(logits: Tensor, penalties: Tensor, seen: Tensor, bias_at: Tensor, bias: Tensor) -> Tensor:
    """Logits after repetition penalties and logit biases."""
    if penalties.numel() > 0:
        penalty = penalties.unsqueeze(1)
        logits = torch.where(seen, torch.where(logits > 0, logits / penalty, logits * penalty), logits)
    if bias.numel() > 0:
        logits = logits.index_put((bias_at[0], bias_at[1]), bias, accumulate=True)
    return logits


def rows_with_limits(draw: Tensor) -> Tensor:
    """The indices of the rows with top-k or top-p."""
    if draw.numel() == 0:
        return torch.empty([0], dtype=torch.int64)
    return ((draw[:, 1] > 0) | (draw[:, 2] < 1)).nonzero().squeeze(1)


def any_floor(draw: Tensor) -> bool:
    """Whether a row excludes tokens. Waits for the device of draw."""
    return draw.numel() > 0 and bool(((draw[:, 1] > 0) | (draw[:, 2] < 1) | (draw[:, 3] > 0)).any())


def drawn_token(
    logits: Tensor, draw: Tensor, seeds: Tensor, position: Tensor, floored: bool, limited: Tensor, may_wait: bool
) -> Tensor:
    """The token of each row [n]: the most likely one if the temperature is 0, else a drawn one.

    draw [n, 4] has temperature, top-k, top-p and min-p. floored is any_floor(draw), limited is
    rows_with_limits(draw). may_wait allows to wait for the device, which saves work (see lowest_kept)."""
    scaled = logits / draw[:, 0:1].clamp_min(1e-4)
    scaled = scaled - scaled.amax(-1, True)
    if floored:
        lowest = lowest_kept(scaled, draw, limited, may_wait)
        scaled = scaled.masked_fill(scaled < lowest.unsqueeze(1), -math.inf)
    return torch.where(draw[:, 0] > 0, sample(scaled, seeds, position), logits.argmax(-1))


def sample(scaled: Tensor, seeds: Tensor, position: Tensor) -> Tensor:
    """Draws by inversion: the first token at which the cumulated probability passes the row's random number."""
    cumulated = scaled.exp().double().cumsum(-1)
    total = cumulated[:, -1]
    token = torch.searchsorted(cumulated, (uniform(seeds, position) * total).unsqueeze(1), right=True)
    # The index exceeds the vocabulary only if a logit is NaN.
    return token.squeeze(1).clamp_max(scaled.size(1) - 1)


def lowest_kept(scaled: Tensor, draw: Tensor, limited: Tensor, may_wait: bool) -> Tensor:
    """The lowest scaled logit [n] that each row keeps, after top-k, then top-p of the rest, then min-p.

    scaled is 0 for the most likely token; limited has the rows with top-k or top-p. If the function may wait for the
    device, it sorts only 512 candidates first, and the whole vocabulary only if they do not suffice."""
    candidates = 512
    lowest = torch.full_like(scaled[:, 0], -math.inf)
    if limited.numel() > 0:
        some, rules = scaled[limited], draw[limited]
        if may_wait:
            best = some.topk(min(candidates, some.size(1))).values
            least, undecided = lowest_of_best(best, some, rules)
            more = undecided.nonzero().squeeze(1)
            if more.numel() > 0:
                best = some[more].sort(-1, descending=True).values
                least[more] = lowest_of_best(best, some[more], rules[more])[0]
        else:
            least = lowest_of_best(some.sort(-1, descending=True).values, some, rules)[0]
        lowest[limited] = least
    return torch.maximum(lowest, draw[:, 3].log())


def lowest_of_best(best: Tensor, scaled: Tensor, rules: Tensor) -> Tuple[Tensor, Tensor]:
    """The lowest of each row's best logits, in descending order, that the row keeps, and whether it keeps all of
    them."""
    top_k, top_p = rules[:, 1:2], rules[:, 2:3]
    rank = torch.arange(best.size(1), device=best.device).unsqueeze(0)
    kept = (top_k == 0) | (rank < top_k)
    mass = torch.where(kept, best.exp(), 0.0)
    whole = torch.where(top_k == 0, scaled.exp().sum(-1, True), mass.sum(-1, True))
    before = mass.cumsum(-1) - mass
    keep = kept & ((top_p >= 1) | (before < top_p * whole))
    return torch.where(keep, best, math.inf).amin(-1), keep[:, -1]
