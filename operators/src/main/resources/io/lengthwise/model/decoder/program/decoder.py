"""The decoder program: runs every model of the Llama family on a device. The weights are not part of it.

Lengthwise runs it as TorchScript from Java; Decoder.java is its driver. This class composes the functions of the
other files. To change the program, edit the sources and export them with PyTorch 2.7.1:

    python export.py

Terms. A row is one answer that is being generated. Its keys and values are in its slot: contiguous cells of one flat
key-value cache. The key of the row's token p is in cell offset + p. Slots begin and end at blocks of BLOCK cells.
Tokens of several rows are packed one after the other, so that no padding enters a matrix product.
"""

import math
from typing import Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.jit import Final

import attention
import cache
import loading
import lookup
import measuring
import rotation
import sampling
from attention import Plan, Spans
from transfer import sent


class Decoder(torch.nn.Module):
    # How the linear layers are held.
    DENSE: Final[int] = 0  # as they are, in the dtype of the activations
    PREPACKED: Final[int] = 1  # float32, reordered by oneDNN
    INT8: Final[int] = 2  # int8, packed by FBGEMM

    # The linear layers of one transformer layer. The head comes after the linear layers of all transformer layers.
    QUERY_KEY_VALUE: Final[int] = 0
    OUTPUT: Final[int] = 1
    GATE_UP: Final[int] = 2
    DOWN: Final[int] = 3
    LINEARS: Final[int] = 4

    # Activations are quantized to 1..127 around 64: with seven bits, the 8-bit products of AVX2 cannot saturate.
    STEPS: Final[float] = 63.0
    ZERO: Final[int] = 64

    # Cells whose keys lie together, with the cells as the last dimension.
    BLOCK: Final[int] = 64

    # Decode steps that share a plan of where the keys and values of the rows are.
    PLANNED: Final[int] = 8

    # Tokens whose logits are computed together if only likelihoods are needed.
    SCORED: Final[int] = 256

    staged: Dict[str, Tensor]
    windows: List[int]
    embedding: Tensor
    frequencies: Tensor
    norms: List[Tensor]
    last_norm: Tensor
    block_rotation: Tensor
    head_norms: List[Tensor]
    biases: List[Tensor]
    dense: List[Tensor]
    packed: List[torch.classes.quantized.LinearPackedParamsBase]
    keys: List[Tensor]
    values: List[Tensor]
    least_length: Tensor  # of hidden states whose root mean square is the root of epsilon
    one: Tensor

    def __init__(self):
        super().__init__()
        self.kind = self.DENSE
        self.block = 0  # BLOCK, or 0 where the cache is laid out by cells
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
        self.block_rotation = torch.empty(0)
        self.head_norms = []
        self.biases = []
        self.dense = []
        self.packed = []
        self.keys = []
        self.values = []
        self.least_length = torch.empty(0)
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
        """Sets the shape. windows has the sliding window of each layer, 0 for none. frequencies are the inverse
        frequencies of the rotary embedding [head_dim / 2]. Their device becomes the device of the model; they are the
        only argument that is on it, all other tensors are on the host."""
        self.kind = kind
        self.block = 0 if kind == self.DENSE else self.BLOCK
        self.heads = heads
        self.kv_heads = kv_heads
        self.head_dim = head_dim
        self.epsilon = epsilon
        self.windows = windows
        self.frequencies = frequencies.clone()
        # Otherwise the weights of the queries contain the scale.
        self.score_scale = head_dim**-0.5 if kind == self.DENSE else 1.0

    def sent(self, x: Tensor) -> Tensor:
        return sent(x, self.frequencies)

    @torch.jit.export
    def fill(self, name: str, shape: List[int], first: int, raw: Tensor, source: str, target: str) -> None:
        """Stages rows of a weight, from row first on. raw has their bytes in the dtype source; they are staged in the
        dtype target."""
        if name not in self.staged:
            dtype = loading.dtype_of(target)
            self.staged[name] = torch.empty(shape, dtype=dtype, device=self.frequencies.device)
        rows = torch.view_copy(self.sent(raw), dtype=loading.dtype_of(source)).view([-1] + shape[1:])
        self.staged[name][first : first + rows.size(0)].copy_(rows)

    @torch.jit.export
    def add_layer(self) -> None:
        """Adds a layer that consists of the staged weights. Layers are added in their order, then finish is
        called."""
        for name in ["query", "key"]:
            heads = self.heads if name == "query" else self.kv_heads
            loading.interleave(self.staged, name + ".weight", heads, self.head_dim)
            loading.interleave(self.staged, name + ".bias", heads, self.head_dim)
            loading.interleave(self.staged, name + "_norm", 1, self.head_dim)
        if "query_norm" in self.staged:
            self.scale_scores("query_norm")
            query = self.staged.pop("query_norm").expand(self.heads, self.head_dim)
            key = self.staged.pop("key_norm").expand(self.kv_heads, self.head_dim)
            self.head_norms.append(torch.cat([query, key]))
        else:
            self.scale_scores("query.weight")
            self.scale_scores("query.bias")
        if self.kind == self.INT8:
            loading.rotate_heads(self.staged, self.kv_heads, self.head_dim)
            down = self.staged["down.weight"]
            self.block_rotation = rotation.hartley(rotation.largest_factor(down.size(1)), down.device)
            self.staged["down.weight"] = rotation.rotated_blocks(down, self.block_rotation)
        self.add_after_norm(["query", "key", "value"], "input_norm")
        self.add_before_sum("output")
        self.add_after_norm(["gate", "up"], "post_attention_norm")
        self.add_before_sum("down")

    def scale_scores(self, name: str) -> None:
        """Multiplies the scale of the attention scores into the weights of the queries, unless the layers are
        dense."""
        if self.kind != self.DENSE:
            loading.scale(self.staged, name, self.head_dim**-0.5)

    def add_after_norm(self, names: List[str], norm: str) -> None:
        """Adds linear layers that follow a norm. Their weights contain the weights of the norm, unless they are
        dense."""
        weight = self.staged.pop(norm).float()
        # A root mean square is a length divided by the root of the size.
        weight = weight * math.sqrt(weight.size(0))
        if self.kind == self.DENSE:
            self.norms.append(weight)
        else:
            for name in names:
                folded = self.staged[name + ".weight"] * weight
                if self.kind == self.INT8:
                    folded = rotation.rotated(folded.t()).t()
                self.staged[name + ".weight"] = folded
        self.add_linear(names)

    def add_before_sum(self, name: str) -> None:
        """Adds a linear layer whose result is added to the hidden states."""
        if self.kind == self.INT8:
            loading.rotate(self.staged, name + ".weight")
            loading.rotate(self.staged, name + ".bias")
        self.add_linear([name])

    def add_linear(self, names: List[str]) -> None:
        weight, bias = loading.take_linear(self.staged, names)
        self.biases.append(bias)
        if self.kind == self.INT8:
            self.packed.append(torch.ops.quantized.linear_prepack(loading.quantized(weight), None))
        elif self.kind == self.PREPACKED:
            self.dense.append(torch.ops.mkldnn._reorder_linear_weight(weight))
        else:
            self.dense.append(weight)

    @torch.jit.export
    def finish(self) -> None:
        """Adds the final norm, the embedding and the head. Without a staged head, the embedding is the head."""
        self.last_norm = self.staged["norm"]
        self.embedding = self.staged.pop("embedding")
        if "head.weight" not in self.staged:
            self.staged["head.weight"] = self.embedding
        self.add_after_norm(["head"], "norm")
        self.staged.clear()
        if self.kind == self.INT8:
            self.embedding = rotation.rotated(self.embedding.t()).half().t().contiguous()
        half = self.embedding.is_cuda and self.embedding.dtype != torch.float32
        self.flash = half and self.head_dim % 8 == 0 and self.head_dim <= 256
        self.one = torch.ones_like(self.last_norm[0])
        self.least_length = self.one.float() * math.sqrt(self.embedding.size(1) * self.epsilon)

    # The key-value cache

    @torch.jit.export
    def allocate(self, cells: int) -> None:
        """Allocates the key-value cache for cells tokens, whole blocks, in place of the cache that there was."""
        dtype = torch.float16 if self.kind == self.INT8 else self.embedding.dtype
        self.keys.clear()
        self.values.clear()
        for _ in range(len(self.windows)):
            tables = cache.allocate(cells, self.kv_heads, self.head_dim, self.block, self.embedding, dtype)
            self.keys.append(tables[0])
            self.values.append(tables[1])

    @torch.jit.export
    def move(self, source: int, target: int, count: int) -> None:
        """Copies count cells of a slot into another slot."""
        for layer in range(len(self.windows)):
            cache.move(self.keys[layer], source, target, count, self.block)
            cache.move(self.values[layer], source, target, count, self.block)

    def store(self, layer: int, projected: Tensor, locations: List[Tensor]) -> None:
        """Stores the keys and values of tokens."""
        _, key, value = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        cache.store(self.keys[layer], self.values[layer], key, value, locations)

    def cached(self, x: Tensor) -> Tensor:
        """Numbers in the precision of the cache."""
        if self.kind == self.INT8:
            return x.clamp(-65504, 65504).half()
        return x

    # Linear layers and norms

    def product(self, index: int, x: Tensor) -> Tensor:
        """A weight times x [tokens, in]. With int8 weights, the numbers of x are from -1 to 1."""
        if self.kind == self.INT8:
            return torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
                x, 1.0 / self.STEPS, self.ZERO, self.packed[index]
            )
        if self.kind == self.PREPACKED:
            return torch.ops.mkldnn._linear_pointwise(x, self.dense[index], None, "none", [], "")
        return F.linear(x, self.dense[index])

    def scaled(self, index: int, x: Tensor) -> Tuple[Tensor, Tensor]:
        """A weight times x [tokens, in], and a factor [tokens, 1] that each row of the product has yet to be
        multiplied by."""
        if self.kind == self.INT8:
            # A row of zeros gives 0 / 0 here, which is quantized to some number and later multiplied by 0.
            scale = x.abs().amax(-1, True)
            return self.product(index, x / scale), scale
        return self.product(index, x), self.one

    def normed(self, index: int, x: Tensor, norm: int) -> Tuple[Tensor, Tensor]:
        """The linear layer of a norm of x, without its bias, and a factor for each row as in scaled. Dividing the
        product by the row's length equals dividing the row, so the division waits with the scale of int8."""
        if self.kind == self.DENSE:
            return self.product(index, (x * self.norms[norm]).div_(self.length(x)).to(x.dtype)), self.one
        y, scale = self.scaled(index, x)
        return y, scale / self.length(x)

    def finished(self, index: int, y: Tensor, scale: Tensor) -> Tensor:
        """A linear layer whose factor and bias are still missing."""
        if self.kind != self.DENSE:
            y = y.mul_(scale)
        bias = self.biases[index]
        return y if bias.numel() == 0 else y.add_(bias)

    def added(self, index: int, x: Tensor, factor: Tensor, to: Tensor) -> Tensor:
        """to plus the linear layer of x, whose rows are multiplied by factor [tokens, 1]. May change to."""
        if self.kind == self.DENSE:
            y = to.addmm_(x, self.dense[index].t())
        else:
            y, scale = self.scaled(index, x)
            y = torch.addcmul(to, y, scale * factor)
        bias = self.biases[index]
        return y if bias.numel() == 0 else y.add_(bias)

    def length(self, x: Tensor) -> Tensor:
        """The length of each row [tokens, 1], increased as epsilon asks."""
        return torch.linalg.vector_norm(x, 2, -1, True, dtype=torch.float32).hypot(self.least_length)

    def norm(self, x: Tensor, weight: Tensor) -> Tensor:
        wide = x.float()
        scale = wide.square().mean(-1, True).add_(self.epsilon).rsqrt_()
        return wide.mul(scale).to(x.dtype).mul_(weight)

    # Transformer layers

    def embedded(self, tokens: Tensor) -> Tensor:
        """The hidden states [tokens, hidden] before the first layer."""
        x = self.embedding[tokens]
        return x.float() if self.kind == self.INT8 else x

    def rotary(self, positions: Tensor) -> Tensor:
        """The complex numbers that the rotary embedding multiplies pairs of numbers by: [tokens, 1, head_dim / 2]."""
        angles = (positions.float().unsqueeze(-1) * self.frequencies).unsqueeze(1)
        return torch.polar(torch.ones_like(angles), angles)

    def project(self, layer: int, x: Tensor, rotary: Tensor) -> Tensor:
        """The queries, keys and values of the tokens x [tokens, hidden]: [tokens, heads + 2 kv_heads, head_dim]."""
        index = layer * self.LINEARS + self.QUERY_KEY_VALUE
        y, scale = self.normed(index, x, 2 * layer)
        y = self.finished(index, y, scale).view(x.size(0), self.heads + 2 * self.kv_heads, self.head_dim)
        positioned = y[:, : self.heads + self.kv_heads]
        if len(self.head_norms) > 0:
            positioned = positioned.copy_(self.norm(positioned, self.head_norms[layer]))
        pairs = positioned.view(x.size(0), self.heads + self.kv_heads, self.head_dim // 2, 2)
        if y.dtype == torch.float32:
            torch.view_as_complex(pairs).mul_(rotary)
        else:
            pairs.copy_(torch.view_as_real(torch.view_as_complex(pairs.float()).mul_(rotary)))
        return y

    def close_layer(self, layer: int, x: Tensor, attended: Tensor) -> Tensor:
        """The rest of a layer: the output projection and the gated feed-forward network, each added to x."""
        x = self.added(layer * self.LINEARS + self.OUTPUT, attended, self.one, x)
        index = layer * self.LINEARS + self.GATE_UP
        y, scale = self.normed(index, x, 2 * layer + 1)
        if self.kind == self.DENSE or self.biases[index].numel() > 0:
            y, scale = self.finished(index, y, scale), self.one
        gate, up = y.chunk(2, -1)
        # The last product applies the scale of up.
        if self.kind != self.DENSE:
            gate = gate.mul_(scale)
        y = F.silu(gate).mul_(up)
        if self.kind == self.INT8:
            y = rotation.rotated_blocks(y, self.block_rotation)
        return self.added(layer * self.LINEARS + self.DOWN, y, scale, x)

    def attend(self, layer: int, projected: Tensor, spans: Spans, window: int) -> Tensor:
        """Attention where the weights are dense. window is 0 for none."""
        query, keys, values = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        if spans.cached:
            keys, values = self.keys[layer], self.values[layer]
        if self.flash:
            return attention.attend_flash(query, keys, values, spans, window, self.score_scale)
        return attention.attend_padded(query, keys, values, spans, window, self.score_scale)

    def attend_pieces(self, layer: int, projected: Tensor, pieces: List[int], masks: List[Tensor]) -> Tensor:
        """Attention of pieces where the weights are not dense: each piece attends to its own keys and values, and to
        the tokens that its slot already holds."""
        query, key, value = projected.split([self.heads, self.kv_heads, self.kv_heads], 1)
        attended: List[Tensor] = []
        first = 0
        for p in range(0, len(pieces), 3):
            count, offset, held = pieces[p], pieces[p + 1], pieces[p + 2]
            if held == 0:
                k, v = key[first : first + count].transpose(0, 1), value[first : first + count].transpose(0, 1)
            else:
                k, v = cache.held(self.keys[layer], self.values[layer], offset, held + count, self.BLOCK)
            q = query[first : first + count]
            attended.append(attention.attend_piece(q, k, v, masks[p // 3], self.score_scale))
            first += count
        return attended[0] if len(attended) == 1 else torch.cat(attended)

    def final_norm(self, x: Tensor) -> Tensor:
        return self.norm(rotation.unrotated(x.t()).t() if self.kind == self.INT8 else x, self.last_norm)

    def logits(self, x: Tensor) -> Tensor:
        index = len(self.windows) * self.LINEARS
        y, scale = self.normed(index, x, 2 * len(self.windows))
        return self.finished(index, y, scale).float()

    def likeliest(self, x: Tensor) -> Tensor:
        """The most likely token [n]. Norm and scale are equal for all logits of a row, so they are left out."""
        if self.kind == self.DENSE:
            return self.logits(x).argmax(-1)
        return sampling.largest_index(self.scaled(len(self.windows) * self.LINEARS, x)[0])

    # Prefill

    @torch.jit.export
    def prefill(self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int], score: bool) -> Tensor:
        """Fills the cache with packed tokens [tokens]. pieces has three numbers for the piece of each row: its count
        of tokens, the offset of the row's slot, and the tokens that the slot already holds. Returns the logits
        [tokens, vocabulary] if score is set, else a number without meaning."""
        x = self.prefill_states(tokens, positions, cells, pieces)
        # Something is fetched in any case, so that the call ends when the device has done the work.
        return self.logits(x).cpu() if score else x[:1, :1].float().cpu()

    def prefill_states(self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int]) -> Tensor:
        """As prefill, but returns the hidden states [tokens, hidden] after the last layer."""
        return self.packed_states(self.sent(tokens), self.sent(positions), pieces, cache.locations(self.sent(cells),
        self.block))

    @torch.jit.export
    def read(self, tokens: Tensor, counts: List[int]) -> Tensor:
        """The mean of the last hidden states of each prompt, after the final norm [prompts, hidden], in float32.
        Whole prompts are packed [tokens], counts tokens each. The cache does not change."""
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

    def packed_states(self, tokens: Tensor, positions: Tensor, pieces: List[int], locations: List[Tensor]) -> Tensor:
        """The hidden states [tokens, hidden] after all layers. Keys and values are stored if locations are given."""
        x = self.embedded(tokens)
        rotary = self.rotary(positions)
        window = max(self.windows)
        spans: List[Spans] = []
        masks: List[Tensor] = []
        windowed: List[Tensor] = []
        if self.kind == self.DENSE:
            spans = [attention.piece_spans(pieces, self.frequencies)]
        else:
            masks = attention.piece_masks(pieces, 0, self.embedding.device)
            windowed = masks if window == 0 else attention.piece_masks(pieces, window, self.embedding.device)
        for layer in range(len(self.windows)):
            projected = self.project(layer, x, rotary)
            if len(locations) > 0:
                self.store(layer, self.cached(projected), locations)
            if self.kind == self.DENSE:
                attended = self.attend(layer, projected, spans[0], self.windows[layer])
            else:
                mask = masks if self.windows[layer] == 0 else windowed
                attended = self.attend_pieces(layer, projected, pieces, mask)
            x = self.close_layer(layer, x, attended)
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
        """Decodes a segment: at most steps tokens for each of n rows. Returns the tokens [n, steps taken], -1 after a
        row has ended. It returns when a row ends, or with until_all when every row has ended, but checks this only
        every check steps: with more than 1 the host does not wait for the device in between, and other rows get more
        tokens.

        last [n]: the newest token of each row, which is not in the cache yet. lengths [n]: tokens in its slot.
        offsets [n]: the start of its slot. limits [n]: the most tokens that it may get, 0 for a row that has ended
        and pads the batch. ends [n, e]: the tokens that end it, filled up with -1. draw [n, 4]: temperature, top-k,
        top-p, min-p; without elements if all rows are greedy. seeds [n] and drawn [n]: the seed and the number of
        tokens drawn so far determine the next draw. penalties [n]: repetition penalties, with history [n, m], the
        tokens of each row filled up with -1; or without elements. bias_at [2, b]: row and token of each logit bias,
        and bias [b].
        """
        greedy = draw.numel() == 0 and penalties.numel() == 0 and bias.numel() == 0
        # These are computed on the host, so that nobody waits for the device.
        longest = int((lengths + limits.clamp(1, steps)).max())
        limited = sampling.rows_with_limits(draw)
        floored = sampling.any_floor(draw)
        last, lengths, offsets, limits, ends = [self.sent(x) for x in [last, lengths, offsets, limits, ends]]
        draw, seeds, drawn, limited = [self.sent(x) for x in [draw, seeds, drawn, limited]]
        penalties, history, bias_at, bias = [self.sent(x) for x in [penalties, history, bias_at, bias]]
        started = limits > 0
        active = started
        seen = sampling.seen_tokens(history, self.embedding.size(0))
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
                    logits = sampling.adjusted(logits, penalties, seen, bias_at, bias)
                if draw.numel() == 0:
                    token = logits.argmax(-1)
                else:
                    token = sampling.drawn_token(logits, draw, seeds, drawn + step, floored, limited, check == 1)
                if penalties.numel() > 0:
                    seen.scatter_(1, token.unsqueeze(1), True)
            produced.append(torch.where(active, token, -1))
            ended = (token.unsqueeze(1) == ends).any(1) | (limits <= step + 1)
            active = active & ended.logical_not()
            # An ended row of a static batch pads the batch: it repeats its last step.
            lengths = lengths + active.long()
            last = torch.where(active, token, last)
            if (step + 1) % check == 0 and not (bool(active.any()) if until_all else active.equal(started)):
                break
        return torch.stack(produced, 1).cpu()

    def last_states(
        self, last: Tensor, lengths: Tensor, offsets: Tensor, plans: List[Plan], longest: int
    ) -> Tensor:
        """The hidden states [n, hidden] after all layers of the newest token of each row, whose keys and values are
        stored."""
        window = max(self.windows)
        x = self.embedded(last)
        rotary = self.rotary(lengths)
        locations = cache.locations(offsets + lengths, self.block)
        masks: List[Tensor] = []
        for plan in plans:
            hidden = plan.positions > lengths.unsqueeze(1)
            if len(masks) > 0:
                hidden = hidden | (plan.positions <= lengths.unsqueeze(1) - window)
            mask = torch.zeros_like(hidden, dtype=self.values[0].dtype).masked_fill_(hidden, -math.inf)
            masks.append(mask.unsqueeze(1))
        spans: List[Spans] = []
        if self.kind == self.DENSE:
            spans = [attention.row_spans(lengths, offsets, longest, 0)]
            if window > 0:
                spans.append(attention.row_spans(lengths, offsets, longest, window))
        for layer in range(len(self.windows)):
            projected = self.cached(self.project(layer, x, rotary))
            self.store(layer, projected, locations)
            which = 0 if self.windows[layer] == 0 else 1
            if self.kind == self.DENSE:
                attended = self.attend(layer, projected, spans[which], 0)
            else:
                attended = attention.attend_planned(
                    self.keys[layer],
                    self.values[layer],
                    projected[:, : self.heads],
                    plans[which],
                    masks[which],
                    self.BLOCK,
                )
            x = self.close_layer(layer, x, attended)
        return x

    def plans(self, lengths: Tensor, ends: Tensor, offsets: Tensor) -> List[Plan]:
        """The plan of the layers without a window, and if there is a window, the plan of the layers with it."""
        plans: List[Plan] = []
        for window in [0, max(self.windows)]:
            if window > 0 or len(plans) == 0:
                plans.append(
                    attention.plan(
                        lengths, ends, offsets, window, self.heads, self.kv_heads, self.head_dim, self.BLOCK
                    )
                )
        return plans

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
        """Decodes a segment with prompt lookup, until a row ends. Each step verifies a draft of at most ahead tokens
        for each of n rows, and a row gets the tokens that it would choose itself, so several in a step. Returns the
        tokens [n, most of a row], filled up with -1, and [2]: the steps taken and the tokens drafted.

        text [n, m]: all tokens of each row, filled up with -1. The other arguments are those of decode; no row has
        ended."""
        floored = sampling.any_floor(draw)
        text, lengths, offsets, limits, ends = [self.sent(x) for x in [text, lengths, offsets, limits, ends]]
        draw, seeds, drawn = [self.sent(x) for x in [draw, seeds, drawn]]
        text = F.pad(text, [0, steps * (ahead + 1)], value=-1.0)
        first = lengths + 1
        gained = torch.ones_like(lengths)
        index = torch.arange(ahead + 1, device=text.device)
        taken, drafted = 0, 0
        stop = False
        while taken < steps and not stop:
            draft, found = lookup.draft(text, lengths, ahead)
            # After drafts fail, they are short: at most twice the gain of the last step.
            counts = torch.minimum(found * 2 * gained, limits - 1).clamp_max(ahead)
            run = torch.cat([text.gather(1, lengths.unsqueeze(1)), draft], 1)
            verified = index <= counts.unsqueeze(1)
            row, at = verified.nonzero().unbind(1)
            # Each token is a row of its own here. It attends to the tokens before it in the same slot.
            positions, slots = lengths[row] + at, offsets[row]
            plans: List[Plan] = []
            if self.kind != self.DENSE:
                plans = self.plans(positions, positions + 1, slots)
            x = self.last_states(run[row, at], positions, slots, plans, text.size(1))
            if draw.numel() == 0:
                token = self.likeliest(x)
            else:
                rules, drawn_at = draw[row], drawn[row] + at
                limited = sampling.rows_with_limits(rules)
                token = sampling.drawn_token(self.logits(x), rules, seeds[row], drawn_at, floored, limited, True)
            chosen = torch.full_like(run, -1)
            chosen[row, at] = token
            ending = (chosen.unsqueeze(2) == ends.unsqueeze(1)).any(2)
            gained = lookup.gained_tokens(run, chosen, verified, ending)
            text.scatter_(1, lengths.unsqueeze(1) + 1 + index, chosen)
            lengths, limits = lengths + gained, limits - gained
            if draw.numel() > 0:
                drawn = drawn + gained
            stop = bool((ending.gather(1, gained.unsqueeze(1) - 1).squeeze(1) | (limits == 0)).any())
            taken += 1
            drafted += int(counts.sum())
        gained = lengths + 1 - first
        index = torch.arange(int(gained.max()), device=text.device)
        tokens = text.gather(1, first.unsqueeze(1) + index)
        return [torch.where(index < gained.unsqueeze(1), tokens, -1).cpu(), torch.tensor([taken, drafted])]

    # Measuring

    @torch.jit.export
    def log_likelihoods(
        self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int], targets: Tensor
    ) -> Tensor:
        """Does what prefill does, and returns the log-likelihood [tokens] that each target [tokens] follows its
        token."""
        x = self.prefill_states(tokens, positions, cells, pieces)
        likelihoods: List[Tensor] = []
        # The logits of many tokens at once would take gigabytes.
        for states, followers in zip(x.split(self.SCORED), self.sent(targets).split(self.SCORED)):
            likelihoods.append(measuring.log_likelihood(self.logits(states), followers))
        return torch.cat(likelihoods).cpu()

    @torch.jit.export
    def products(self, rows: int, steps: int) -> Tensor:
        """Computes only the matrix products of some decode steps, of random numbers: decode cannot take less time.
        Returns a number of the last product."""
        hidden = self.activations(rows, self.embedding.size(1))
        attended = self.activations(rows, self.heads * self.head_dim)
        inner = self.activations(rows, self.product(self.GATE_UP, hidden).size(1) // 2)
        inputs = [hidden, attended, hidden, inner]
        # A list keeps each product: TorchScript would not compute a product that nobody reads.
        product = [hidden]
        for _ in range(steps):
            for index in range(len(self.windows) * self.LINEARS):
                product[0] = self.product(index, inputs[index % self.LINEARS])
            product[0] = self.product(len(self.windows) * self.LINEARS, hidden)
        return product[0][0, 0].float().cpu()

    def activations(self, rows: int, width: int) -> Tensor:
        numbers = measuring.activations(rows, width, self.embedding.device)
        return numbers if self.kind == self.INT8 else numbers.to(self.embedding.dtype)
