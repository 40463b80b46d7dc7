"""Transfers from the host to the device."""

from torch import Tensor


def sent(x: Tensor, like: Tensor) -> Tensor:
    """A tensor of the host, on the device of another one. The copy to a GPU does not wait for the device."""
    if like.is_cuda:
        return x.pin_memory().to(like.device, non_blocking=True)
    return x
