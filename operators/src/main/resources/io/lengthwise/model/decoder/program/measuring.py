"""What measurements need beside the model itself."""

import torch
from torch import Tensor


def log_likelihood(logits: Tensor, followers: Tensor) -> Tensor:
    """The log-likelihood [tokens] of each follower [tokens], given the logits [tokens, vocabulary] before it."""
    return logits.gather(1, followers.unsqueeze(1)).squeeze(1) - logits.logsumexp(-1)


def activations(rows: int, width: int, device: torch.device) -> Tensor:
    """Random numbers [rows, width] from -1 to 1, which int8 products take without scaling."""
    return torch.rand([rows, width], device=device).mul_(2.0).sub_(1.0)
