"""Prompt lookup: drafts the next tokens of a row from its own text."""

from typing import Tuple

import torch
from torch import Tensor


def draft(text: Tensor, lengths: Tensor, ahead: int) -> Tuple[Tensor, Tensor]:
    """The tokens [n, ahead] that followed the latest earlier occurrence of each row's last two tokens, and whether
    [n] there is such an occurrence. Where the text ends, the draft goes on from the occurrence again.

    text [n, m] has all tokens of each row; the newest one is at index lengths [n]."""
    last = text.gather(1, (lengths.unsqueeze(1) + torch.arange(-1, 1, device=text.device)).clamp_min(0))
    index = torch.arange(1, text.size(1), device=text.device)
    same = (text[:, :-1] == last[:, :1]) & (text[:, 1:] == last[:, 1:]) & (index < lengths.unsqueeze(1))
    latest = torch.where(same, index, 0).amax(1)
    following = torch.arange(ahead, device=text.device) % (lengths - latest).clamp_min(1).unsqueeze(1)
    return text.gather(1, latest.unsqueeze(1) + 1 + following), latest > 0


def gained_tokens(run: Tensor, chosen: Tensor, verified: Tensor, ending: Tensor) -> Tensor:
    """How many tokens [n] each row gained in a step.

    run [n, ahead + 1] has the newest token and the draft, chosen the token that the model chose after each of them,
    verified where it chose, and ending where a chosen token ends the row. A row gains a drafted token if the model
    chose it and all tokens before it, and none of them ended the row. It also gains the token that the model chose
    last."""
    right = (run[:, 1:] == chosen[:, :-1]) & verified[:, 1:] & ending[:, :-1].logical_not()
    return right.long().cumprod(1).sum(1) + 1
