"""The decoder program: every model of the Llama family on a device, without any weights inside.

Lengthwise runs this as TorchScript from Java (Decoder.java is its driver). To change it, edit this file
and export it again with PyTorch 2.7.1:

    python decoder.py

The hash of this source is stored in the archive, and a test compares the two.

Terms. A row is one answer being generated. Its keys and values lie in its slot: a stretch of cells in one
flat key-value cache; the key of its token number p lies in cell offset + p. Slots begin and end at blocks of
BLOCK cells. Tokens of several rows are packed one after the other: no padding enters a matrix product.
"""

import hashlib
import io
import math
import os
import zipfile
from typing import Dict, List, NamedTuple, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.jit import Final


class Plan(NamedTuple):
    """Where the keys and values that n rows attend to lie, for some steps. A bag sums up entries of a table,
    each times a weight: the score of 64 cells is the sum of the rows of their keys [head_dim, 64] times the query,
    an answer the sum of values times probabilities."""

    positions: Tensor  # [n, span]: positions of the cells whose scores are made, whole blocks
    owners: Tensor  # of each bag of keys that is not empty, the query [n * heads]
    keys: Tensor  # entries of the bags of keys, [n, heads, blocks] of them, in the keys as [-1, BLOCK]
    key_bags: Tensor  # where each of those bags begins
    places: Tensor  # of each entry of the bags of values, its probability in [n, heads, span]
    values: Tensor  # entries of the bags of values, [n, heads] of them, in the values as [-1, head_dim]
    value_bags: Tensor  # where each of those bags begins


class Spans(NamedTuple):
    """What the packed queries of n rows attend to: those of a row to keys that lie together, the last query to all of
    them, the one before it to all but the last, and so on."""

    queries: Tensor  # [n + 1], int32: where the queries of each row begin, and where those of the last one end
    keys: Tensor  # [n + 1], int32: where the keys of each row begin, and a number of no meaning
    used: Tensor  # [n], int32: keys of each row
    most_queries: int  # of a row
    most_keys: int  # of a row, or more
    cached: bool  # whether the keys are the cache's, not those packed with the queries


class Decoder(torch.nn.Module):
    # How the linear layers are held.
    DENSE: Final[int] = 0  # as they are, in the dtype of the activations
    PREPACKED: Final[int] = 1  # float32, reordered by oneDNN
    INT8: Final[int] = 2  # int8, packed by FBGEMM

    # The linear layers of one transformer layer. The head comes after those of all layers.
    QUERY_KEY_VALUE: Final[int] = 0
    OUTPUT: Final[int] = 1
    GATE_UP: Final[int] = 2
    DOWN: Final[int] = 3
    LINEARS: Final[int] = 4

    # Activations are quantized to 1..127 around 64: with seven bits AVX2's 8-bit products cannot saturate.
    STEPS: Final[float] = 63.0
    ZERO: Final[int] = 64

    # The largest factor of a size that is mixed at once.
    MIXED: Final[int] = 64

    # Cells whose keys lie together, with the cells as the last dimension.
    BLOCK: Final[int] = 64

    # Decode steps for which it is worked out at once where the keys and values of the rows lie.
    PLANNED: Final[int] = 8

    # Nucleus sampling looks at this many candidates first, and at the whole vocabulary where they do not suffice.
    CANDIDATES: Final[int] = 512

    # Tokens whose logits are computed together where only likelihoods are asked for.
    SCORED: Final[int] = 256

    staged: Dict[str, Tensor]
    windows: List[int]
    embedding: Tensor
    frequencies: Tensor
    norms: List[Tensor]
    last_norm: Tensor
    mixer: Tensor
    head_norms: List[Tensor]
    biases: List[Tensor]
    dense: List[Tensor]
    packed: List[torch.classes.quantized.LinearPackedParamsBase]
    keys: List[Tensor]
    values: List[Tensor]
    least_norm: Tensor  # of hidden states whose root mean square is the root of epsilon
    one: Tensor

    def __init__(self):
        super().__init__()
        self.kind = self.DENSE
        self.heads = 0
        self.kv_heads = 0
        self.head_dim = 0
        self.epsilon = 0.0
        self.score_scale = 1.0
        self.flash = False
        self.staged = {}
        self.windows = []
        self.embedding = torch.empty(0)
        self.frequencies = torch.empty(0)
        self.norms = []
        self.last_norm = torch.empty(0)
        self.mixer = torch.empty(0)
        self.head_norms = []
        self.biases = []
        self.dense = []
        self.packed = []
        self.keys = []
        self.values = []
        self.least_norm = torch.empty(0)
        self.one = torch.empty(0)

    # Loading

    @torch.jit.export
    def configure(
        self,
        kind: int,
        heads: int,
        kv_heads: int,
        head_dim: int,
        epsilon: float,
        windows: List[int],
        frequencies: Tensor,
    ) -> None:
        """Sets the shape. windows has the sliding window of each layer, 0 for none; frequencies are the
        inverse ones of the rotary embedding, [head_dim / 2]. They are on the device of everything to come, and
        the only tensor that is handed over there: all others are on the host."""
        self.kind = kind
        self.heads = heads
        self.kv_heads = kv_heads
        self.head_dim = head_dim
        self.epsilon = epsilon
        self.windows = windows
        self.frequencies = frequencies.clone()
        # Else it is in the weights.
        self.score_scale = head_dim**-0.5 if kind == self.DENSE else 1.0

    @torch.jit.export
    def fill(self, name: str, shape: List[int], first: int, raw: Tensor, source: str, target: str) -> None:
        """Takes rows of a weight, from row first on, as raw bytes of the dtype source, and stages them as target."""
        if name not in self.staged:
            self.staged[name] = torch.empty(shape, dtype=self.dtype(target), device=self.frequencies.device)
        rows = torch.view_copy(self.sent(raw), dtype=self.dtype(source)).view([-1] + shape[1:])
        self.staged[name][first : first + rows.size(0)].copy_(rows)

    def sent(self, x: Tensor) -> Tensor:
        """A tensor of the host on the device. From pinned memory it is copied without waiting for the device."""
        if self.frequencies.is_cuda:
            return x.pin_memory().to(self.frequencies.device, non_blocking=True)
        return x

    def dtype(self, name: str) -> torch.dtype:
        if name == "F32":
            return torch.float32
        if name == "F16":
            return torch.float16
        if name == "BF16":
            return torch.bfloat16
        raise ValueError("no such dtype: " + name)

    @torch.jit.export
    def add_layer(self) -> None:
        """Makes the next layer of the staged weights. Layers come in their order, then finish."""
        for name in ["query", "key"]:
            heads = self.heads if name == "query" else self.kv_heads
            self.interleave(name + ".weight", heads)
            self.interleave(name + ".bias", heads)
            self.interleave(name + "_norm", 1)
        if "query_norm" in self.staged:
            self.scale_scores("query_norm")
            query = self.take("query_norm").expand(self.heads, self.head_dim)
            key = self.take("key_norm").expand(self.kv_heads, self.head_dim)
            self.head_norms.append(torch.cat([query, key]))
        else:
            self.scale_scores("query.weight")
            self.scale_scores("query.bias")
        if self.kind == self.INT8:
            self.mix_heads()
            down = self.staged["down.weight"]
            self.mixer = self.hartley(self.factor(down.size(1)))
            self.staged["down.weight"] = self.mix_blocks(down)
        self.add_normed(["query", "key", "value"], "input_norm")
        self.add_mixed("output")
        self.add_normed(["gate", "up"], "post_attention_norm")
        self.add_mixed("down")

    def add_normed(self, names: List[str], norm: str) -> None:
        """Adds the linear layers of a norm, whose weights are taken into theirs where they are not dense."""
        weight = self.take(norm).float()
        # A root mean square is a length but for the root of the size.
        weight = weight * math.sqrt(weight.size(0))
        if self.kind == self.DENSE:
            self.norms.append(weight)
        else:
            for name in names:
                folded = self.staged[name + ".weight"] * weight
                self.staged[name + ".weight"] = self.mix(folded.t()).t() if self.kind == self.INT8 else folded
        self.add_linear(names)

    def add_mixed(self, name: str) -> None:
        """Adds a linear layer whose result is added to the hidden states."""
        if self.kind == self.INT8:
            for part in [name + ".weight", name + ".bias"]:
                if part in self.staged:
                    self.staged[part] = self.mix(self.staged[part])
        self.add_linear([name])

    def mix_heads(self) -> None:
        """Mixes the values of each head, and what the output projection makes of them."""
        for part in ["value.weight", "value.bias"]:
            if part in self.staged:
                value = self.staged[part]
                heads = value.view(self.kv_heads, self.head_dim, -1).transpose(0, 1)
                self.staged[part] = self.mix(heads).transpose(0, 1).reshape(value.shape)
        output = self.staged["output.weight"]
        heads = output.view(-1, self.head_dim).t()
        self.staged["output.weight"] = self.mix(heads).t().reshape(output.shape)

    def mix(self, x: Tensor) -> Tensor:
        """x [size, ...] turned by an orthogonal matrix that spreads each number over all others: signs, then
        Hartley transforms over the factors of size.

        A few numbers of the hidden states are many times larger than the rest, which leaves int8 no steps for
        those. Embedding and weights are turned once, so that the hidden states come out turned, without such
        outliers, and the model computes what it did: norms do not see it (QuaRot, Ashkboos et al., 2024)."""
        return self.transform(x * self.signs(x))

    def unmix(self, x: Tensor) -> Tensor:
        return self.transform(x) * self.signs(x)

    def signs(self, x: Tensor) -> Tensor:
        """A sign for each number of the first dimension."""
        place = torch.arange(x.size(0), device=x.device)
        signs = torch.where(self.uniform(torch.zeros_like(place), place) < 0.5, -1.0, 1.0)
        return signs.view([-1] + [1] * (x.dim() - 1))

    def transform(self, x: Tensor) -> Tensor:
        """Over the factors of the first dimension; it is its own inverse."""
        done, left = 1, x.size(0)
        y = x.reshape(-1)
        while left > 1:
            factor = self.factor(left)
            if factor == 1:
                factor = left
            y = (self.hartley(factor) @ y.view(done, factor, -1)).view(-1)
            done *= factor
            left = left // factor
        return y.view(x.shape)

    def mix_blocks(self, x: Tensor) -> Tensor:
        """x [..., size] with blocks of neighbours mixed: what is left to do at each step, for what no norm precedes."""
        return (x.reshape(-1, self.mixer.size(0)) @ self.mixer).view(x.shape)

    def factor(self, size: int) -> int:
        """The largest power of two, up to a limit, that divides a size."""
        factor = 1
        while factor < self.MIXED and size % (2 * factor) == 0:
            factor *= 2
        return factor

    def hartley(self, size: int) -> Tensor:
        """The matrix of the Hartley transform [size, size]: orthogonal, symmetric, and no entry is large."""
        places = torch.arange(size, device=self.frequencies.device)
        angles = (places.unsqueeze(1) * places % size) * (2 * math.pi / size)
        return (angles.cos() + angles.sin()) / math.sqrt(size)

    def interleave(self, name: str, heads: int) -> None:
        """Orders the outputs of each head so that the two that the rotary embedding turns together are neighbours.
        Keys and queries alike, so their products stay what they are."""
        if name in self.staged:
            weight = self.staged[name]
            halves = weight.view([heads, 2, self.head_dim // 2] + weight.shape[1:])
            self.staged[name] = halves.transpose(1, 2).reshape(weight.shape)

    def scale_scores(self, name: str) -> None:
        """Takes the scale of the attention's scores into what the queries are made of, where they are float32."""
        if name in self.staged and self.kind != self.DENSE:
            self.staged[name].mul_(self.head_dim**-0.5)

    @torch.jit.export
    def finish(self) -> None:
        """Takes the final norm, the embedding and the head; without a staged head the embedding serves as one."""
        self.last_norm = self.staged["norm"]
        self.embedding = self.take("embedding")
        if "head.weight" not in self.staged:
            self.staged["head.weight"] = self.embedding
        self.add_normed(["head"], "norm")
        self.staged.clear()
        if self.kind == self.INT8:
            self.embedding = self.mix(self.embedding.t()).half().t().contiguous()
        half = self.embedding.is_cuda and self.embedding.dtype != torch.float32
        self.flash = half and self.head_dim % 8 == 0 and self.head_dim <= 256
        self.one = torch.ones_like(self.last_norm[0])
        self.least_norm = self.one.float() * math.sqrt(self.embedding.size(1) * self.epsilon)

    def take(self, name: str) -> Tensor:
        return self.staged.pop(name)

    def add_linear(self, names: List[str]) -> None:
        weights: List[Tensor] = []
        biases: List[Tensor] = []
        for name in names:
            weight = self.take(name + ".weight")
            weights.append(weight)
            if name + ".bias" in self.staged:
                biases.append(self.take(name + ".bias"))
            else:
                biases.append(torch.zeros([weight.size(0)], dtype=weight.dtype, device=weight.device))
        weight = weights[0] if len(weights) == 1 else torch.cat(weights)
        bias = torch.cat(biases)
        self.biases.append(bias if bool(bias.any()) else torch.empty(0))
        if self.kind == self.INT8:
            scales = torch.maximum(weight.amax(1), -weight.amin(1)).clamp_min(1e-12).div(127.0)
            zeros = torch.zeros([weight.size(0)], dtype=torch.int64)
            integers = weight.div(scales.unsqueeze(1)).round_().to(torch.int8)
            quantized = torch._make_per_channel_quantized_tensor(integers, scales.double(), zeros, 0)
            self.packed.append(torch.ops.quantized.linear_prepack(quantized, None))
        elif self.kind == self.PREPACKED:
            self.dense.append(torch.ops.mkldnn._reorder_linear_weight(weight))
        else:
            self.dense.append(weight)

    @torch.jit.export
    def allocate(self, cells: int) -> None:
        """Allocates the key-value cache: whole blocks of cells tokens, zeroed, so that cells not yet written hold
        finite numbers. It is [cells, kv_heads, head_dim] where the weights are dense. Else what is summed up lies
        together: keys [blocks, kv_heads, head_dim, BLOCK] and values [blocks, kv_heads, BLOCK, head_dim]."""
        keys = [cells, self.kv_heads, self.head_dim]
        values = keys
        if self.kind != self.DENSE:
            keys = [cells // self.BLOCK, self.kv_heads, self.head_dim, self.BLOCK]
            values = [cells // self.BLOCK, self.kv_heads, self.BLOCK, self.head_dim]
        dtype = torch.float16 if self.kind == self.INT8 else self.embedding.dtype
        self.keys.clear()
        self.values.clear()
        for _ in range(len(self.windows)):
            # One tensor for both: TorchScript's optimizer takes two equal zeros() for the same one.
            cache = torch.zeros([2, cells * self.kv_heads * self.head_dim], dtype=dtype, device=self.embedding.device)
            self.keys.append(cache[0].view(keys))
            self.values.append(cache[1].view(values))

    # The forward pass

    def embedded(self, tokens: Tensor) -> Tensor:
        """The hidden states [tokens, hidden] before the first layer."""
        x = self.embedding[tokens]
        return x.float() if self.kind == self.INT8 else x

    def product(self, index: int, x: Tensor) -> Tensor:
        """Of a weight with x [tokens, in], whose numbers are from -1 to 1 where weights are int8."""
        if self.kind == self.INT8:
            return torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
                x, 1.0 / self.STEPS, self.ZERO, self.packed[index]
            )
        if self.kind == self.PREPACKED:
            return torch.ops.mkldnn._linear_pointwise(x, self.dense[index], None, "none", [], "")
        return F.linear(x, self.dense[index])

    def scaled(self, index: int, x: Tensor) -> Tuple[Tensor, Tensor]:
        """A product with x [tokens, in], and by what each of its rows [tokens, 1] has yet to be multiplied."""
        if self.kind == self.INT8:
            # Rows of zeros give 0 / 0 here, which is quantized to some number, and then times 0.
            scale = x.abs().amax(-1, True)
            return self.product(index, x / scale), scale
        return self.product(index, x), self.one

    def normed(self, index: int, x: Tensor, norm: int) -> Tuple[Tensor, Tensor]:
        """The linear layer of a norm of x but for its bias, and by what its rows have yet to be multiplied: it is the
        same whether a row or its product is divided by the row's length, so that waits as int8's scale does."""
        if self.kind == self.DENSE:
            return self.product(index, (x * self.norms[norm]).div_(self.length(x)).to(x.dtype)), self.one
        y, scale = self.scaled(index, x)
        return y, scale / self.length(x)

    def finished(self, index: int, y: Tensor, scale: Tensor) -> Tensor:
        """A linear layer of which scale and bias are due."""
        if self.kind != self.DENSE:
            y = y.mul_(scale)
        bias = self.biases[index]
        return y if bias.numel() == 0 else y.add_(bias)

    def added(self, index: int, x: Tensor, factor: Tensor, to: Tensor) -> Tensor:
        """The linear layer of x, whose rows are multiplied by a factor [tokens, 1], and to, which may change."""
        if self.kind == self.DENSE:
            y = to.addmm_(x, self.dense[index].t())
        else:
            y, scale = self.scaled(index, x)
            y = torch.addcmul(to, y, scale * factor)
        bias = self.biases[index]
        return y if bias.numel() == 0 else y.add_(bias)

    def length(self, x: Tensor) -> Tensor:
        """Of each row [tokens, 1], and a little more, as epsilon asks."""
        return torch.linalg.vector_norm(x, 2, -1, True, dtype=torch.float32).hypot(self.least_norm)

    def norm(self, x: Tensor, weight: Tensor) -> Tensor:
        wide = x.float()
        scale = wide.square().mean(-1, True).add_(self.epsilon).rsqrt_()
        return wide.mul(scale).to(x.dtype).mul_(weight)

    def project(self, layer: int, x: Tensor, turns: Tensor) -> Tensor:
        """The queries of the tokens x [tokens, hidden], their keys and their values: [tokens, heads + 2 kv_heads,
        head_dim]."""
        index = layer * self.LINEARS + self.QUERY_KEY_VALUE
        y, scale = self.normed(index, x, 2 * layer)
        y = self.finished(index, y, scale).view(x.size(0), self.heads + 2 * self.kv_heads, self.head_dim)
        turned = y[:, : self.heads + self.kv_heads]
        if len(self.head_norms) > 0:
            turned = turned.copy_(self.norm(turned, self.head_norms[layer]))
        pairs = turned.view(x.size(0), self.heads + self.kv_heads, self.head_dim // 2, 2)
        if y.dtype == torch.float32:
            torch.view_as_complex(pairs).mul_(turns)
        else:
            pairs.copy_(torch.view_as_real(torch.view_as_complex(pairs.float()).mul_(turns)))
        return y

    def places(self, cells: Tensor) -> List[Tensor]:
        """Where cells [tokens] are in the cache: the cells themselves, or their blocks and the places there."""
        return [cells] if self.kind == self.DENSE else [cells // self.BLOCK, cells % self.BLOCK]

    def store(self, layer: int, projected: Tensor, places: List[Tensor]) -> None:
        """Puts the keys and values of tokens where they belong."""
        _, key, value = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        if self.kind == self.DENSE:
            self.keys[layer].index_copy_(0, places[0], key)
            self.values[layer].index_copy_(0, places[0], value)
        else:
            self.keys[layer][places[0], :, :, places[1]] = key
            self.values[layer][places[0], :, places[1]] = value

    def close_layer(self, layer: int, x: Tensor, attended: Tensor) -> Tensor:
        """The rest of a layer: the output projection and the gated feed-forward, each added to x."""
        x = self.added(layer * self.LINEARS + self.OUTPUT, attended, self.one, x)
        index = layer * self.LINEARS + self.GATE_UP
        y, scale = self.normed(index, x, 2 * layer + 1)
        if self.kind == self.DENSE or self.biases[index].numel() > 0:
            y, scale = self.finished(index, y, scale), self.one
        gate, up = y.chunk(2, -1)
        # Of up the scale is taken into account by the last product.
        if self.kind != self.DENSE:
            gate = gate.mul_(scale)
        y = F.silu(gate).mul_(up)
        if self.kind == self.INT8:
            y = self.mix_blocks(y)
        return self.added(layer * self.LINEARS + self.DOWN, y, scale, x)

    def turns(self, positions: Tensor) -> Tensor:
        """By what the rotary embedding multiplies each pair of numbers, as complex ones: [tokens, 1, head_dim / 2]."""
        angles = (positions.float().unsqueeze(-1) * self.frequencies).unsqueeze(1)
        return torch.polar(torch.ones_like(angles), angles)

    def final_norm(self, x: Tensor) -> Tensor:
        return self.norm(self.unmix(x.t()).t() if self.kind == self.INT8 else x, self.last_norm)

    def logits(self, x: Tensor) -> Tensor:
        index = len(self.windows) * self.LINEARS
        y, scale = self.normed(index, x, 2 * len(self.windows))
        return self.finished(index, y, scale).float()

    def attend(self, layer: int, projected: Tensor, spans: Spans, window: int) -> Tensor:
        """Attention where the cache is [cells, kv_heads, head_dim]: of each query also only to the window newest of
        its keys, 0 for no such limit."""
        query, keys, values = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        if spans.cached:
            keys, values = self.keys[layer], self.values[layer]
        if self.flash:
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
                scale=self.score_scale,
                window_size_left=window - 1,
                seqused_k=spans.used,
            )[0].flatten(1)
        # The same in plain terms: rows are padded to the longest one.
        n, device = spans.used.size(0), query.device
        counts = spans.queries.diff()
        rows = torch.arange(n, device=device).repeat_interleave(counts, output_size=query.size(0))
        places = torch.arange(query.size(0), device=device) - spans.queries[rows]
        padded = torch.zeros([n, spans.most_queries] + query.shape[1:], dtype=query.dtype, device=device)
        padded[rows, places] = query
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
            scale=self.score_scale,
            enable_gqa=True,
        )
        return y.transpose(1, 2)[rows, places].flatten(1)

    # Prefill

    @torch.jit.export
    def prefill(self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int], score: bool) -> Tensor:
        """Fills the cache with packed tokens [tokens]. Each piece of a row stands in pieces as three numbers: its
        count of tokens, the offset of the row's slot, and the tokens the slot already holds. Returns the
        logits [tokens, vocabulary] where score is set, else a number of no meaning."""
        x = self.prefill_states(tokens, positions, cells, pieces)
        # Fetched either way: who takes the time would else take that of a device that has only begun.
        return self.logits(x).cpu() if score else x[:1, :1].float().cpu()

    def prefill_states(self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int]) -> Tensor:
        """What prefill does, up to the states behind the last layer [tokens, hidden]."""
        return self.packed_states(self.sent(tokens), self.sent(positions), pieces, self.places(self.sent(cells)))

    @torch.jit.export
    def read(self, tokens: Tensor, counts: List[int]) -> Tensor:
        """The mean of the last hidden states of each prompt, after the final norm [prompts, hidden], in float32.
        Prompts are packed [tokens] whole, counts tokens each; the cache is left as it is."""
        pieces: List[int] = []
        positions: List[Tensor] = []
        for count in counts:
            pieces.extend([count, 0, 0])
            positions.append(torch.arange(count))
        x = self.packed_states(self.sent(tokens), self.sent(torch.cat(positions)), pieces, [])
        means: List[Tensor] = []
        for states in self.final_norm(x).float().split(counts):
            means.append(states.mean(0))
        return torch.stack(means).cpu()

    def packed_states(self, tokens: Tensor, positions: Tensor, pieces: List[int], places: List[Tensor]) -> Tensor:
        """The hidden states [tokens, hidden] after all layers. Keys and values are stored where places are given."""
        x = self.embedded(tokens)
        turns = self.turns(positions)
        window = max(self.windows)
        spans: List[Spans] = []
        masks: List[Tensor] = []
        windowed: List[Tensor] = []
        if self.kind == self.DENSE:
            spans = [self.piece_spans(pieces)]
        else:
            masks = self.piece_masks(pieces, 0)
            windowed = masks if window == 0 else self.piece_masks(pieces, window)
        for layer in range(len(self.windows)):
            projected = self.project(layer, x, turns)
            if len(places) > 0:
                self.store(layer, self.cached(projected), places)
            if self.kind == self.DENSE:
                attended = self.attend(layer, projected, spans[0], self.windows[layer])
            else:
                mask = masks if self.windows[layer] == 0 else windowed
                attended = self.attend_pieces(layer, projected, pieces, mask)
            x = self.close_layer(layer, x, attended)
        return x

    def piece_spans(self, pieces: List[int]) -> Spans:
        """What the tokens of pieces attend to: to each other, or to the cache where a slot held some before."""
        cached = sum(pieces[2::3]) > 0
        queries, keys, used = [0], [0], [0]
        for p in range(0, len(pieces), 3):
            count, offset, held = pieces[p], pieces[p + 1], pieces[p + 2]
            keys.insert(-1, offset if cached else queries[-1])
            used.insert(-1, held + count)
            queries.append(queries[-1] + count)
        table = self.sent(torch.tensor([queries, keys, used], dtype=torch.int32))
        return Spans(table[0], table[1], table[2, :-1], max(pieces[::3]), max(used), cached)

    def piece_masks(self, pieces: List[int], window: int) -> List[Tensor]:
        """For each piece which keys [count, keys] each token attends to, without elements where it is all before it."""
        masks: List[Tensor] = []
        for p in range(0, len(pieces), 3):
            count, held = pieces[p], pieces[p + 2]
            if held == 0 and (window == 0 or count <= window):
                masks.append(torch.empty(0, dtype=torch.bool))
            else:
                token = torch.arange(held, held + count, device=self.embedding.device).unsqueeze(1)
                key = torch.arange(held + count, device=self.embedding.device).unsqueeze(0)
                mask = key <= token
                if window > 0:
                    mask = mask & (key > token - window)
                masks.append(mask)
        return masks

    def attend_pieces(self, layer: int, projected: Tensor, pieces: List[int], masks: List[Tensor]) -> Tensor:
        """Attention of pieces: each to its own keys and values, and to those its slot holds already."""
        query, key, value = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        group = self.heads // self.kv_heads
        attended: List[Tensor] = []
        first = 0
        for p in range(0, len(pieces), 3):
            count, offset, held = pieces[p], pieces[p + 1], pieces[p + 2]
            # The heads that share a key are the heads of one batch entry, whose keys are then a view.
            q = query[first : first + count].view(count, self.kv_heads, group, self.head_dim).permute(1, 2, 0, 3)
            if held == 0:
                k, v = key[first : first + count].transpose(0, 1), value[first : first + count].transpose(0, 1)
            else:
                k, v = self.held(layer, offset, held + count)
            shape = [self.kv_heads, group, held + count, self.head_dim]
            k, v = k.to(q.dtype).unsqueeze(1).expand(shape), v.to(q.dtype).unsqueeze(1).expand(shape)
            mask = masks[p // 3]
            if mask.numel() == 0:
                y = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=self.score_scale)
            else:
                y = F.scaled_dot_product_attention(q, k, v, mask, scale=self.score_scale)
            attended.append(y.permute(2, 0, 1, 3).reshape(count, self.heads * self.head_dim))
            first += count
        return attended[0] if len(attended) == 1 else torch.cat(attended)

    def held(self, layer: int, offset: int, count: int) -> Tuple[Tensor, Tensor]:
        """The first count keys and values of a slot, [kv_heads, count, head_dim]."""
        if self.kind == self.DENSE:
            end = offset + count
            return self.keys[layer][offset:end].transpose(0, 1), self.values[layer][offset:end].transpose(0, 1)
        first, last = offset // self.BLOCK, self.blocks(offset + count)
        key = self.keys[layer][first:last].permute(1, 0, 3, 2).reshape(self.kv_heads, -1, self.head_dim)
        value = self.values[layer][first:last].transpose(0, 1).reshape(self.kv_heads, -1, self.head_dim)
        return key[:, :count], value[:, :count]

    def blocks(self, cells: int) -> int:
        return (cells + self.BLOCK - 1) // self.BLOCK

    def cached(self, x: Tensor) -> Tensor:
        """Numbers as the cache keeps them."""
        if self.kind == self.INT8:
            return x.clamp(-65504, 65504).half()
        return x

    # Decode

    @torch.jit.export
    def decode(
        self,
        steps: int,
        until_all: bool,
        check: int,
        last: Tensor,
        lengths: Tensor,
        offsets: Tensor,
        limits: Tensor,
        ends: Tensor,
        draw: Tensor,
        seeds: Tensor,
        drawn: Tensor,
        penalties: Tensor,
        history: Tensor,
        bias_at: Tensor,
        bias: Tensor,
    ) -> Tensor:
        """Decodes a segment: at most steps tokens for each of n rows; the tokens [n, steps taken], -1 where a
        row had ended before. It returns when a row ends, or with until_all when every row has, but looks only every
        check steps: with more than 1 the host never waits for the device in between, and other rows get tokens
        after that.

        last [n]: each row's newest token, not yet in the cache. lengths [n]: tokens in its slot.
        offsets [n]: start of its slot. limits [n]: the most tokens it may get, 0 for a
        row that has ended and pads the batch. ends [n, e]: the tokens that
        end it, filled up with -1.
        draw [n, 4]: temperature, top-k, top-p, min-p; without elements where all rows are greedy. seeds [n]
        and drawn [n]: with the number of tokens drawn so far a row's seed fixes its next draw.
        penalties [n]: repetition penalties, with history [n, m], the tokens of each row filled up with -1; or without
        elements. bias_at [2, b]: row and token of each logit bias, and bias [b].
        """
        greedy = draw.numel() == 0 and penalties.numel() == 0 and bias.numel() == 0
        # What is known of these here, where they are still on the host, the device need not be asked.
        longest = int((lengths + limits.clamp(1, steps)).max())
        limited = self.limited(draw)
        floored = self.floored(draw)
        last, lengths, offsets, limits, ends = [self.sent(x) for x in [last, lengths, offsets, limits, ends]]
        draw, seeds, drawn, limited = [self.sent(x) for x in [draw, seeds, drawn, limited]]
        penalties, history, bias_at, bias = [self.sent(x) for x in [penalties, history, bias_at, bias]]
        started = limits > 0
        active = started
        seen = self.seen_tokens(history)
        plans: List[Plan] = []
        produced: List[Tensor] = []
        for step in range(steps):
            if self.kind != self.DENSE and step % self.PLANNED == 0:
                ends_at = lengths + (limits - step).clamp(1, self.PLANNED)
                plans = self.plans(lengths, ends_at, offsets)
            x = self.last_states(last, lengths, offsets, plans, longest)
            if greedy:
                token = self.likeliest(x)
            else:
                logits = self.logits(x)
                if bias.numel() > 0 or penalties.numel() > 0:
                    logits = self.adjust(logits, penalties, seen, bias_at, bias)
                if draw.numel() == 0:
                    token = logits.argmax(-1)
                else:
                    token = self.drawn_token(logits, draw, seeds, drawn + step, floored, limited, check == 1)
                if penalties.numel() > 0:
                    seen.scatter_(1, token.unsqueeze(1), True)
            produced.append(torch.where(active, token, -1))
            ended = (token.unsqueeze(1) == ends).any(1) | (limits <= step + 1)
            active = active & ended.logical_not()
            # An ended row of a static batch pads the batch: it repeats its last step in place.
            lengths = lengths + active.long()
            last = torch.where(active, token, last)
            if (step + 1) % check == 0 and not (bool(active.any()) if until_all else active.equal(started)):
                break
        return torch.stack(produced, 1).cpu()

    def last_states(
        self, last: Tensor, lengths: Tensor, offsets: Tensor, plans: List[Plan], longest: int
    ) -> Tensor:
        """The hidden states [n, hidden] after all layers of each row's newest token, stored on the way."""
        window = max(self.windows)
        x = self.embedded(last)
        turns = self.turns(lengths)
        places = self.places(offsets + lengths)
        masks: List[Tensor] = []
        for plan in plans:
            hidden = plan.positions > lengths.unsqueeze(1)
            if len(masks) > 0:
                hidden = hidden | (plan.positions <= lengths.unsqueeze(1) - window)
            mask = torch.zeros_like(hidden, dtype=self.values[0].dtype).masked_fill_(hidden, -math.inf)
            masks.append(mask.unsqueeze(1))
        spans: List[Spans] = []
        if self.kind == self.DENSE:
            spans = [self.row_spans(lengths, offsets, longest, 0)]
            if window > 0:
                spans.append(self.row_spans(lengths, offsets, longest, window))
        for layer in range(len(self.windows)):
            projected = self.cached(self.project(layer, x, turns))
            self.store(layer, projected, places)
            which = 0 if self.windows[layer] == 0 else 1
            if self.kind == self.DENSE:
                attended = self.attend(layer, projected, spans[which], 0)
            else:
                attended = self.attend_planned(layer, projected[:, : self.heads], plans[which], masks[which])
            x = self.close_layer(layer, x, attended)
        return x

    def plans(self, lengths: Tensor, ends: Tensor, offsets: Tensor) -> List[Plan]:
        """Plans for layers without a window, and where there is one for those with it."""
        window = max(self.windows)
        plans = [self.plan(lengths, ends, offsets, 0)]
        if window > 0:
            plans.append(self.plan(lengths, ends, offsets, window))
        return plans

    def plan(self, lengths: Tensor, ends: Tensor, offsets: Tensor, window: int) -> Plan:
        """Finds what n rows attend to while they grow from lengths to ends [n]."""
        n, device = lengths.size(0), lengths.device
        begins = (lengths + 1 - window).clamp_min(0) if window > 0 else torch.zeros_like(lengths)
        first = begins // self.BLOCK
        counts = (ends + self.BLOCK - 1) // self.BLOCK - first
        blocks = int(counts.max())
        heads = torch.arange(self.heads, device=device) // (self.heads // self.kv_heads)
        heads = heads.view(1, self.heads, 1)

        block = torch.arange(blocks, device=device)
        used = (block < counts.unsqueeze(1)).unsqueeze(1).expand(n, self.heads, blocks).reshape(-1)
        chosen = used.nonzero().squeeze(1)
        table = ((offsets // self.BLOCK + first).unsqueeze(1) + block).unsqueeze(1) * self.kv_heads + heads
        rows = table.view(-1).index_select(0, chosen).unsqueeze(1) * self.head_dim
        keys = (rows + torch.arange(self.head_dim, device=device)).view(-1)

        positions = first.unsqueeze(1) * self.BLOCK + torch.arange(blocks * self.BLOCK, device=device)
        held = (positions >= begins.unsqueeze(1)) & (positions < ends.unsqueeze(1))
        places = held.unsqueeze(1).expand(n, self.heads, -1).reshape(-1).nonzero().squeeze(1)
        entries = table * self.BLOCK
        entries = entries.unsqueeze(-1) + torch.arange(self.BLOCK, device=device)
        return Plan(
            positions,
            chosen // blocks,
            keys.int(),
            self.bags(used.int() * self.head_dim),
            places,
            entries.view(-1).index_select(0, places).int(),
            self.bags((ends - begins).repeat_interleave(self.heads)),
        )

    def bags(self, sizes: Tensor) -> Tensor:
        """Where bags of such sizes begin, and where the last one ends."""
        return F.pad(sizes.cumsum(0), [1, 0]).int()

    def attend_planned(self, layer: int, query: Tensor, plan: Plan, mask: Tensor) -> Tensor:
        """Attention of one token a row, to just the cells that it has."""
        weights = query.reshape(-1, self.head_dim).index_select(0, plan.owners).view(-1)
        scores = self.sum_bags(self.keys[layer].view(-1, self.BLOCK), plan.keys, plan.key_bags, weights)
        scores = scores.view(query.size(0), self.heads, -1).add_(mask)
        weights = scores.softmax(-1).view(-1).index_select(0, plan.places)
        values = self.values[layer].view(-1, self.head_dim)
        attended = self.sum_bags(values, plan.values, plan.value_bags, weights)
        return attended.view(query.size(0), -1).float()

    def sum_bags(self, table: Tensor, entries: Tensor, bags: Tensor, weights: Tensor) -> Tensor:
        return torch.ops.aten._embedding_bag_forward_only(table, entries, bags, False, 0, False, weights, True)[0]

    def row_spans(self, lengths: Tensor, offsets: Tensor, longest: int, window: int) -> Spans:
        """What the newest token of each row attends to. A window is where the keys begin."""
        begins = (lengths + 1 - window).clamp_min(0) if window > 0 else torch.zeros_like(lengths)
        queries = torch.arange(lengths.size(0) + 1, dtype=torch.int32, device=lengths.device)
        keys = F.pad(offsets + begins, [0, 1]).int()
        used = (lengths + 1 - begins).int()
        return Spans(queries, keys, used, 1, longest if window == 0 else min(longest, window), True)

    def likeliest(self, x: Tensor) -> Tensor:
        """The most likely token [n]. Norm and scales are the same for all of a row's logits, so they are left out."""
        if self.kind == self.DENSE:
            return self.logits(x).argmax(-1)
        logits = self.scaled(len(self.windows) * self.LINEARS, x)[0]
        # argmax goes over single numbers, amax over vectors: first in which part of the vocabulary, then where.
        part = 256
        whole = logits.size(1) // part
        if whole < 2:
            return logits.argmax(-1)
        parts = logits[:, : whole * part].unflatten(1, [whole, part])
        best = parts.amax(-1).argmax(-1)
        rows = torch.arange(x.size(0), device=x.device)
        token = parts[rows, best].argmax(-1) + best * part
        if whole * part < logits.size(1):
            rest = logits[:, whole * part :].argmax(-1) + whole * part
            better = logits[rows, rest] > logits[rows, token]
            token = torch.where(better, rest, token)
        return token

    # Prompt lookup

    @torch.jit.export
    def decode_ahead(
        self,
        steps: int,
        ahead: int,
        text: Tensor,
        lengths: Tensor,
        offsets: Tensor,
        limits: Tensor,
        ends: Tensor,
        draw: Tensor,
        seeds: Tensor,
        drawn: Tensor,
    ) -> List[Tensor]:
        """Decodes a segment until a row ends, as decode does, in which a row may get several tokens in a step: each
        step verifies a draft of at most ahead tokens for each of n rows, and a row gets those that it chooses itself.
        Returns the tokens [n, most of a row], filled up with -1, and [2]: the steps taken, the tokens drafted.

        text [n, m]: all tokens of each row, filled up with -1. The others are those of decode; no row has ended."""
        floored = self.floored(draw)
        text, lengths, offsets, limits, ends = [self.sent(x) for x in [text, lengths, offsets, limits, ends]]
        draw, seeds, drawn = [self.sent(x) for x in [draw, seeds, drawn]]
        text = F.pad(text, [0, steps * (ahead + 1)], value=-1.0)
        first = lengths + 1
        gained = torch.ones_like(lengths)
        places = torch.arange(ahead + 1, device=text.device)
        taken, drafted = 0, 0
        stop = False
        while taken < steps and not stop:
            draft, found = self.draft(text, lengths, ahead)
            # Where drafts fail they are short: at most twice what the last step gave.
            counts = torch.minimum(found * 2 * gained, limits - 1).clamp_max(ahead)
            run = torch.cat([text.gather(1, lengths.unsqueeze(1)), draft], 1)
            verified = places <= counts.unsqueeze(1)
            row, place = verified.nonzero().unbind(1)
            # Each token is a row of its own here, which attends to those before it in the same slot.
            at, slots = lengths[row] + place, offsets[row]
            plans: List[Plan] = []
            if self.kind != self.DENSE:
                plans = self.plans(at, at + 1, slots)
            x = self.last_states(run[row, place], at, slots, plans, text.size(1))
            if draw.numel() == 0:
                token = self.likeliest(x)
            else:
                rules, drawn_at = draw[row], drawn[row] + place
                limited = self.limited(rules)
                token = self.drawn_token(self.logits(x), rules, seeds[row], drawn_at, floored, limited, True)
            chosen = torch.full_like(run, -1)
            chosen[row, place] = token
            ending = (chosen.unsqueeze(2) == ends.unsqueeze(1)).any(2)
            # A drafted token is one of the row's if all before it are, none of which ends the row, and it is chosen.
            right = (run[:, 1:] == chosen[:, :-1]) & verified[:, 1:] & ending[:, :-1].logical_not()
            gained = right.long().cumprod(1).sum(1) + 1
            text.scatter_(1, lengths.unsqueeze(1) + 1 + places, chosen)
            lengths, limits = lengths + gained, limits - gained
            if draw.numel() > 0:
                drawn = drawn + gained
            stop = bool((ending.gather(1, gained.unsqueeze(1) - 1).squeeze(1) | (limits == 0)).any())
            taken += 1
            drafted += int(counts.sum())
        gained = lengths + 1 - first
        place = torch.arange(int(gained.max()), device=text.device)
        tokens = text.gather(1, first.unsqueeze(1) + place)
        return [torch.where(place < gained.unsqueeze(1), tokens, -1).cpu(), torch.tensor([taken, drafted])]

    def draft(self, text: Tensor, lengths: Tensor, ahead: int) -> Tuple[Tensor, Tensor]:
        """What followed [n, ahead] the latest place where the last two tokens of each row stood before, and whether
        [n] there is one. Where the text ends it goes on from that place."""
        last = text.gather(1, (lengths.unsqueeze(1) + torch.arange(-1, 1, device=text.device)).clamp_min(0))
        place = torch.arange(1, text.size(1), device=text.device)
        same = (text[:, :-1] == last[:, :1]) & (text[:, 1:] == last[:, 1:]) & (place < lengths.unsqueeze(1))
        latest = torch.where(same, place, 0).amax(1)
        following = torch.arange(ahead, device=text.device) % (lengths - latest).clamp_min(1).unsqueeze(1)
        return text.gather(1, latest.unsqueeze(1) + 1 + following), latest > 0

    @torch.jit.export
    def move(self, source: int, target: int, count: int) -> None:
        """Copies count cells of a slot into another slot."""
        for layer in range(len(self.windows)):
            for table in [self.keys[layer], self.values[layer]]:
                if self.kind == self.DENSE:
                    self.copy(table, source, target, count)
                else:
                    self.copy(table, source // self.BLOCK, target // self.BLOCK, self.blocks(count))

    def copy(self, table: Tensor, source: int, target: int, count: int) -> None:
        table[target : target + count] = table[source : source + count].clone()

    # Sampling

    def seen_tokens(self, history: Tensor) -> Tensor:
        """Which tokens [n, vocabulary] each row holds."""
        if history.numel() == 0:
            return torch.empty(0, dtype=torch.bool)
        vocabulary = self.embedding.size(0)
        seen = torch.zeros([history.size(0), vocabulary + 1], dtype=torch.bool, device=history.device)
        seen.scatter_(1, torch.where(history < 0, vocabulary, history), True)
        return seen[:, :vocabulary]

    def adjust(self, logits: Tensor, penalties: Tensor, seen: Tensor, bias_at: Tensor, bias: Tensor) -> Tensor:
        if penalties.numel() > 0:
            penalty = penalties.unsqueeze(1)
            logits = torch.where(seen, torch.where(logits > 0, logits / penalty, logits * penalty), logits)
        if bias.numel() > 0:
            logits = logits.index_put((bias_at[0], bias_at[1]), bias, accumulate=True)
        return logits

    def limited(self, draw: Tensor) -> Tensor:
        """The rows with top-k or top-p."""
        if draw.numel() == 0:
            return torch.empty([0], dtype=torch.int64)
        return ((draw[:, 1] > 0) | (draw[:, 2] < 1)).nonzero().squeeze(1)

    def floored(self, draw: Tensor) -> bool:
        """Whether a row keeps only some tokens. Asks the device of draw."""
        return draw.numel() > 0 and bool(((draw[:, 1] > 0) | (draw[:, 2] < 1) | (draw[:, 3] > 0)).any())

    def drawn_token(
        self, logits: Tensor, draw: Tensor, seeds: Tensor, position: Tensor, floored: bool, limited: Tensor, look: bool
    ) -> Tensor:
        """The token of each row [n]: the most likely one where its temperature is 0, else one that is drawn.
        floored and limited are those of draw; look is floor's."""
        scaled = logits / draw[:, 0:1].clamp_min(1e-4)
        scaled = scaled - scaled.amax(-1, True)
        if floored:
            floor = self.floor(scaled, draw, limited, look)
            scaled = scaled.masked_fill(scaled < floor.unsqueeze(1), -math.inf)
        return torch.where(draw[:, 0] > 0, self.sample(scaled, seeds, position), logits.argmax(-1))

    def sample(self, scaled: Tensor, seeds: Tensor, position: Tensor) -> Tensor:
        """Draws by inversion: the first token at which the cumulated probability passes the row's random number."""
        cumulated = scaled.exp().double().cumsum(-1)
        total = cumulated[:, -1]
        token = torch.searchsorted(cumulated, (self.uniform(seeds, position) * total).unsqueeze(1), right=True)
        # Beyond the last token only where a logit is no number.
        return token.squeeze(1).clamp_max(scaled.size(1) - 1)

    def floor(self, scaled: Tensor, draw: Tensor, limited: Tensor, look: bool) -> Tensor:
        """The least scaled logit [n] that each row keeps, after top-k, then top-p of what is left, then min-p.
        scaled has 0 for the most likely token; limited are the rows with top-k or top-p. What a row keeps does not
        depend on the other rows. To look whether candidates suffice is to wait for the device."""
        lowest = torch.full_like(scaled[:, 0], -math.inf)
        if limited.numel() > 0:
            some, rules = scaled[limited], draw[limited]
            if look:
                best = some.topk(min(self.CANDIDATES, some.size(1))).values
                least, undecided = self.least_kept(best, some, rules)
                more = undecided.nonzero().squeeze(1)
                if more.numel() > 0:
                    best = some[more].sort(-1, descending=True).values
                    least[more] = self.least_kept(best, some[more], rules[more])[0]
            else:
                least = self.least_kept(some.sort(-1, descending=True).values, some, rules)[0]
            lowest[limited] = least
        return torch.maximum(lowest, draw[:, 3].log())

    def least_kept(self, best: Tensor, scaled: Tensor, rules: Tensor) -> Tuple[Tensor, Tensor]:
        """The least of each row's best logits, which descend, that it keeps; and whether it keeps them all."""
        top_k, top_p = rules[:, 1:2], rules[:, 2:3]
        rank = torch.arange(best.size(1), device=best.device).unsqueeze(0)
        kept = (top_k == 0) | (rank < top_k)
        mass = torch.where(kept, best.exp(), 0.0)
        whole = torch.where(top_k == 0, scaled.exp().sum(-1, True), mass.sum(-1, True))
        before = mass.cumsum(-1) - mass
        keep = kept & ((top_p >= 1) | (before < top_p * whole))
        return torch.where(keep, best, math.inf).amin(-1), keep[:, -1]

    def uniform(self, seeds: Tensor, position: Tensor) -> Tensor:
        """A number in (0, 1) for each seed and position: splitmix64's finalizer on a counter, so no state is kept."""
        x = seeds + (position + 1) * -7046029254386353131
        x = (x ^ self.shift(x, 30)) * -4658895280553007687
        x = (x ^ self.shift(x, 27)) * -7723592293110705685
        x = x ^ self.shift(x, 31)
        return (self.shift(x, 12).double() + 0.5) * math.pow(2.0, -52)

    def shift(self, x: Tensor, bits: int) -> Tensor:
        """The logical shift to the right, which torch lacks for signed numbers."""
        return (x >> bits) & ((1 << (64 - bits)) - 1)

    # Measuring

    @torch.jit.export
    def log_likelihoods(
        self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int], targets: Tensor
    ) -> Tensor:
        """What prefill does, and the log-likelihood [tokens] of each target [tokens] to follow its token."""
        x = self.prefill_states(tokens, positions, cells, pieces)
        likelihoods: List[Tensor] = []
        # The logits of many tokens at once would take gigabytes.
        for states, followers in zip(x.split(self.SCORED), self.sent(targets).split(self.SCORED)):
            logits = self.logits(states)
            likelihoods.append(logits.gather(1, followers.unsqueeze(1)).squeeze(1) - logits.logsumexp(-1))
        return torch.cat(likelihoods).cpu()

    @torch.jit.export
    def products(self, rows: int, steps: int) -> Tensor:
        """Only the matrix products of so many decode steps, of numbers at hand: the time that decode cannot go below.
        Returns a number of the last one."""
        hidden = self.activations(rows, self.embedding.size(1))
        attended = self.activations(rows, self.heads * self.head_dim)
        inner = self.activations(rows, self.product(self.GATE_UP, hidden).size(1) // 2)
        inputs = [hidden, attended, hidden, inner]
        # Kept in a list: what nobody reads would not be computed.
        product = [hidden]
        for _ in range(steps):
            for index in range(len(self.windows) * self.LINEARS):
                product[0] = self.product(index, inputs[index % self.LINEARS])
            product[0] = self.product(len(self.windows) * self.LINEARS, hidden)
        return product[0][0, 0].float().cpu()

    def activations(self, rows: int, width: int) -> Tensor:
        """Numbers from -1 to 1, which int8 products take without scaling."""
        numbers = torch.rand([rows, width], device=self.embedding.device).mul_(2.0).sub_(1.0)
        return numbers if self.kind == self.INT8 else numbers.to(self.embedding.dtype)


def export(folder: str) -> None:
    with open(os.path.abspath(__file__), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    whole = io.BytesIO()
    torch.jit.save(torch.jit.script(Decoder().eval()), whole, _extra_files={"source.sha256": digest})
    # Without the debug records, which hold paths of the machine that exported, and with fixed dates.
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(os.path.join(folder, "decoder.pt"), "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                name = "decoder/" + entry.filename.split("/", 1)[1]
                target.writestr(zipfile.ZipInfo(name), source.read(entry))


if __name__ == "__main__":
    export(os.path.dirname(os.path.abspath(__file__)))
