"""The decoder program: every model of the Llama family on a device, without any weights inside.

Lengthwise runs this as TorchScript from Java (Decoder.java is its driver). To change it, edit this file
and export it again with PyTorch 2.7.1:

    python decoder.py

The hash of this source is stored in the archive, and a test compares the two.

Terms. A row is one answer being generated. Its keys and values lie in its slot: a stretch of cells in one
flat key-value cache; the key of its token number p lies in cell offset + p. Tokens of several rows are
packed one after the other: no padding enters a matrix product.
"""

import hashlib
import io
import math
import os
import zipfile
from typing import Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.jit import Final


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

    # Nucleus sampling looks at this many candidates first, and at the whole vocabulary where they do not suffice.
    CANDIDATES: Final[int] = 512

    staged: Dict[str, Tensor]
    windows: List[int]
    embedding: Tensor
    frequencies: Tensor
    norms: List[Tensor]
    head_norms: List[Tensor]
    biases: List[Tensor]
    dense: List[Tensor]
    packed: List[torch.classes.quantized.LinearPackedParamsBase]
    keys: List[Tensor]
    values: List[Tensor]

    def __init__(self):
        super().__init__()
        self.kind = self.DENSE
        self.heads = 0
        self.kv_heads = 0
        self.head_dim = 0
        self.epsilon = 0.0
        self.staged = {}
        self.windows = []
        self.embedding = torch.empty(0)
        self.frequencies = torch.empty(0)
        self.norms = []
        self.head_norms = []
        self.biases = []
        self.dense = []
        self.packed = []
        self.keys = []
        self.values = []

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
        inverse ones of the rotary embedding, [head_dim / 2]."""
        self.kind = kind
        self.heads = heads
        self.kv_heads = kv_heads
        self.head_dim = head_dim
        self.epsilon = epsilon
        self.windows = windows
        self.frequencies = frequencies.clone()

    @torch.jit.export
    def fill(self, name: str, shape: List[int], first: int, raw: Tensor, source: str, target: str) -> None:
        """Takes rows of a weight, from row first on, as raw bytes of the dtype source, and stages them as target."""
        if name not in self.staged:
            self.staged[name] = torch.empty(shape, dtype=self.dtype(target), device=raw.device)
        rows = torch.view_copy(raw, dtype=self.dtype(source)).view([-1] + shape[1:])
        self.staged[name][first : first + rows.size(0)].copy_(rows)

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
        self.norms.append(self.take("input_norm"))
        self.norms.append(self.take("post_attention_norm"))
        if "query_norm" in self.staged:
            query = self.take("query_norm").expand(self.heads, self.head_dim)
            key = self.take("key_norm").expand(self.kv_heads, self.head_dim)
            self.head_norms.append(torch.cat([query, key]))
        self.add_linear(["query", "key", "value"])
        self.add_linear(["output"])
        self.add_linear(["gate", "up"])
        self.add_linear(["down"])

    @torch.jit.export
    def finish(self) -> None:
        """Takes the final norm, the embedding and the head; without a staged head the embedding serves as one."""
        self.norms.append(self.take("norm"))
        self.embedding = self.take("embedding")
        if "head.weight" not in self.staged:
            self.staged["head.weight"] = self.embedding
        self.add_linear(["head"])
        self.staged.clear()

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
            scales = weight.abs().amax(1).clamp_min(1e-12).div(127.0)
            zeros = torch.zeros([weight.size(0)], dtype=torch.int64)
            quantized = torch.quantize_per_channel(weight, scales.double(), zeros, 0, torch.qint8)
            self.packed.append(torch.ops.quantized.linear_prepack(quantized, None))
        elif self.kind == self.PREPACKED:
            self.dense.append(torch.ops.mkldnn._reorder_linear_weight(weight))
        else:
            self.dense.append(weight)

    @torch.jit.export
    def allocate(self, cells: int) -> None:
        """Allocates the key-value cache: cells tokens, zeroed, so that cells not yet written hold finite numbers."""
        shape = [2, cells, self.kv_heads, self.head_dim]
        self.keys.clear()
        self.values.clear()
        for _ in range(len(self.windows)):
            # One tensor for both: TorchScript's optimizer takes two equal zeros() for the same one.
            cache = torch.zeros(shape, dtype=self.embedding.dtype, device=self.embedding.device)
            self.keys.append(cache[0])
            self.values.append(cache[1])

    # The forward pass

    def linear(self, index: int, x: Tensor) -> Tensor:
        bias = self.biases[index]
        if self.kind == self.INT8:
            scale = x.abs().amax(-1, True).clamp_min_(1e-12)
            y = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
                x / scale, 1.0 / self.STEPS, self.ZERO, self.packed[index]
            )
            y = y.mul_(scale)
            return y if bias.numel() == 0 else y.add_(bias)
        if self.kind == self.PREPACKED:
            if bias.numel() == 0:
                return torch.ops.mkldnn._linear_pointwise(x, self.dense[index], None, "none", [], "")
            return torch.ops.mkldnn._linear_pointwise(x, self.dense[index], bias, "none", [], "")
        if bias.numel() == 0:
            return F.linear(x, self.dense[index])
        return F.linear(x, self.dense[index], bias)

    def norm(self, x: Tensor, weight: Tensor) -> Tensor:
        wide = x.float()
        scale = wide.square().mean(-1, True).add_(self.epsilon).rsqrt_()
        return wide.mul(scale).to(x.dtype).mul_(weight)

    def rotate(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        half = self.head_dim // 2
        first, second = x[:, :, :half], x[:, :, half:]
        return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)

    def project(self, layer: int, x: Tensor, cosine: Tensor, sine: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """The queries of the tokens x [tokens, hidden], [tokens, kv_heads, group, head_dim], group being the query
        heads that share a key; and their keys and values, [tokens, kv_heads, head_dim]."""
        y = self.linear(layer * self.LINEARS + self.QUERY_KEY_VALUE, self.norm(x, self.norms[2 * layer]))
        y = y.view(x.size(0), self.heads + 2 * self.kv_heads, self.head_dim)
        turned = y[:, : self.heads + self.kv_heads]
        if len(self.head_norms) > 0:
            turned = self.norm(turned, self.head_norms[layer])
        turned = self.rotate(turned, cosine, sine)
        query = turned[:, : self.heads].view(x.size(0), self.kv_heads, self.heads // self.kv_heads, self.head_dim)
        return query, turned[:, self.heads :], y[:, self.heads + self.kv_heads :]

    def project_and_store(self, layer: int, x: Tensor, cosine: Tensor, sine: Tensor, cells: Tensor) -> Tensor:
        """Stores the keys and values of tokens in their cells; their queries."""
        query, key, value = self.project(layer, x, cosine, sine)
        self.keys[layer].index_copy_(0, cells, key)
        self.values[layer].index_copy_(0, cells, value)
        return query

    def close_layer(self, layer: int, x: Tensor, attended: Tensor) -> Tensor:
        """The rest of a layer: the output projection and the gated feed-forward, each added to x."""
        x = x + self.linear(layer * self.LINEARS + self.OUTPUT, attended)
        y = self.linear(layer * self.LINEARS + self.GATE_UP, self.norm(x, self.norms[2 * layer + 1]))
        gate, up = y.chunk(2, -1)
        return x + self.linear(layer * self.LINEARS + self.DOWN, F.silu(gate).mul_(up))

    def angles(self, positions: Tensor) -> Tuple[Tensor, Tensor]:
        angles = (positions.float().unsqueeze(-1) * self.frequencies).unsqueeze(1)
        return angles.cos().to(self.embedding.dtype), angles.sin().to(self.embedding.dtype)

    def final_norm(self, x: Tensor) -> Tensor:
        return self.norm(x, self.norms[len(self.norms) - 1])

    def logits(self, x: Tensor) -> Tensor:
        return self.linear(len(self.windows) * self.LINEARS, self.final_norm(x)).float()

    # Prefill

    @torch.jit.export
    def prefill(self, tokens: Tensor, positions: Tensor, cells: Tensor, pieces: List[int], score: bool) -> Tensor:
        """Fills the cache with packed tokens [tokens]. Each piece of a row stands in pieces as three numbers: its
        count of tokens, the offset of the row's slot, and the tokens the slot already holds. Returns the
        logits [tokens, vocabulary] where score is set, else nothing."""
        x = self.embedding[tokens]
        cosine, sine = self.angles(positions)
        window = max(self.windows)
        masks = self.piece_masks(pieces, 0)
        windowed = masks if window == 0 else self.piece_masks(pieces, window)
        for layer in range(len(self.windows)):
            query = self.project_and_store(layer, x, cosine, sine, cells)
            mask = masks if self.windows[layer] == 0 else windowed
            attended = self.attend_pieces(query, self.keys[layer], self.values[layer], pieces, mask)
            x = self.close_layer(layer, x, attended)
        return self.logits(x) if score else torch.empty(0)

    @torch.jit.export
    def read(self, tokens: Tensor, counts: List[int]) -> Tensor:
        """The mean of the last hidden states of each prompt, after the final norm [prompts, hidden], in float32.
        Prompts are packed [tokens] whole, counts tokens each; the cache is left as it is."""
        pieces: List[int] = []
        places: List[Tensor] = []
        first = 0
        for count in counts:
            pieces.extend([count, first, 0])
            places.append(torch.arange(count, device=tokens.device))
            first += count
        x = self.embedding[tokens]
        cosine, sine = self.angles(torch.cat(places))
        window = max(self.windows)
        masks = self.piece_masks(pieces, 0)
        windowed = masks if window == 0 else self.piece_masks(pieces, window)
        for layer in range(len(self.windows)):
            query, key, value = self.project(layer, x, cosine, sine)
            mask = masks if self.windows[layer] == 0 else windowed
            x = self.close_layer(layer, x, self.attend_pieces(query, key, value, pieces, mask))
        means: List[Tensor] = []
        for states in self.final_norm(x).float().split(counts):
            means.append(states.mean(0))
        return torch.stack(means)

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

    def attend_pieces(
        self, query: Tensor, keys: Tensor, values: Tensor, pieces: List[int], masks: List[Tensor]
    ) -> Tensor:
        attended: List[Tensor] = []
        first = 0
        for p in range(0, len(pieces), 3):
            count, offset, held = pieces[p], pieces[p + 1], pieces[p + 2]
            end = offset + held + count
            # The heads that share a key are the heads of one batch entry, whose keys are then a view.
            q = query[first : first + count].permute(1, 2, 0, 3)
            shape = [self.kv_heads, q.size(1), held + count, self.head_dim]
            k = keys[offset:end].transpose(0, 1).unsqueeze(1).expand(shape)
            v = values[offset:end].transpose(0, 1).unsqueeze(1).expand(shape)
            mask = masks[p // 3]
            if mask.numel() == 0:
                y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            else:
                y = F.scaled_dot_product_attention(q, k, v, mask)
            attended.append(y.permute(2, 0, 1, 3).reshape(count, self.heads * self.head_dim))
            first += count
        return attended[0] if len(attended) == 1 else torch.cat(attended)

    # Decode

    @torch.jit.export
    def decode(
        self,
        steps: int,
        until_all: bool,
        last: Tensor,
        lengths: Tensor,
        offsets: Tensor,
        limits: Tensor,
        ends: Tensor,
        runs: List[int],
        draw: Tensor,
        seeds: Tensor,
        drawn: Tensor,
        penalties: Tensor,
        history: Tensor,
        bias_at: Tensor,
        bias: Tensor,
    ) -> Tensor:
        """Decodes a segment: at most steps tokens for each of n rows; the tokens [steps taken, n], -1 where a
        row had ended before. It returns when a row ends, or with until_all when every row has.

        last [n]: each row's newest token, not yet in the cache. lengths [n]: tokens in its slot.
        offsets [n]: start of its slot. limits [n]: the most tokens it may get, 0 for a
        row that has ended and pads the batch. ends [n, e]: the tokens that
        end it, filled up with -1. runs: rows in order, in runs whose slots are of one size and adjacent;
        three numbers each: rows, offset of the first slot, size of a slot.
        draw [n, 4]: temperature, top-k, top-p, min-p; without elements where all rows are greedy. seeds [n]
        and drawn [n]: with the number of tokens drawn so far a row's seed fixes its next draw.
        penalties [n]: repetition penalties, with history [n, m], the tokens of each row filled up with -1; or without
        elements. bias_at [2, b]: row and token of each logit bias, and bias [b].
        """
        n = last.size(0)
        window = max(self.windows)
        active = limits > 0
        seen = self.seen_tokens(history)
        produced: List[Tensor] = []
        for step in range(steps):
            logits = self.next_logits(last, lengths, offsets, runs, window)
            if bias.numel() > 0 or penalties.numel() > 0:
                logits = self.adjust(logits, penalties, seen, bias_at, bias)
            token = logits.argmax(-1)
            if draw.numel() > 0:
                token = torch.where(draw[:, 0] > 0, self.sample(logits, draw, seeds, drawn + step), token)
            if penalties.numel() > 0:
                seen.scatter_(1, token.unsqueeze(1), True)
            produced.append(torch.where(active, token, -1))
            lengths = lengths + active.long()
            ended = (token.unsqueeze(1) == ends).any(1) | (limits <= step + 1)
            stop = bool((ended & active).any())
            active = active & ended.logical_not()
            # An ended row of a static batch pads the batch: it repeats its last step in place.
            last = torch.where(active, token, last)
            if stop and (not until_all or not bool(active.any())):
                break
        return torch.stack(produced)

    def next_logits(self, last: Tensor, lengths: Tensor, offsets: Tensor, runs: List[int], window: int) -> Tensor:
        x = self.embedding[last]
        cosine, sine = self.angles(lengths)
        cells = offsets + lengths
        held: List[int] = (lengths + 1).tolist()
        masks = self.run_masks(lengths, held, runs, 0)
        windowed = masks if window == 0 else self.run_masks(lengths, held, runs, window)
        for layer in range(len(self.windows)):
            query = self.project_and_store(layer, x, cosine, sine, cells)
            mask = masks if self.windows[layer] == 0 else windowed
            x = self.close_layer(layer, x, self.attend_runs(layer, query, held, runs, mask))
        return self.logits(x)

    def run_masks(self, lengths: Tensor, held: List[int], runs: List[int], window: int) -> List[Tensor]:
        """For each run which keys [rows, 1, 1, keys] each row attends to, without elements where it is all of them."""
        masks: List[Tensor] = []
        row = 0
        for r in range(0, len(runs), 3):
            rows = held[row : row + runs[r]]
            longest = max(rows)
            if min(rows) == longest and (window == 0 or longest <= window):
                masks.append(torch.empty(0))
            else:
                key = torch.arange(longest, device=lengths.device).unsqueeze(0)
                length = lengths[row : row + runs[r]].unsqueeze(1)
                mask = key <= length
                if window > 0:
                    mask = mask & (key > length - window)
                # Added to the scores by every layer: as numbers it is converted once, not once a layer.
                numbers = torch.zeros_like(mask, dtype=self.embedding.dtype).masked_fill_(mask.logical_not(), -math.inf)
                masks.append(numbers.unsqueeze(1).unsqueeze(1))
            row += runs[r]
        return masks

    def attend_runs(self, layer: int, query: Tensor, held: List[int], runs: List[int], masks: List[Tensor]) -> Tensor:
        """Attention of one token a row; the heads that share a key stand in the place of query positions."""
        attended: List[Tensor] = []
        row = 0
        for r in range(0, len(runs), 3):
            rows, offset, size = runs[r], runs[r + 1], runs[r + 2]
            end = offset + rows * size
            longest = max(held[row : row + rows])
            shape = [rows, size, self.kv_heads, self.head_dim]
            k = self.keys[layer][offset:end].view(shape)[:, :longest].transpose(1, 2)
            v = self.values[layer][offset:end].view(shape)[:, :longest].transpose(1, 2)
            q = query[row : row + rows]
            mask = masks[r // 3]
            if mask.numel() == 0:
                y = F.scaled_dot_product_attention(q, k, v)
            else:
                y = F.scaled_dot_product_attention(q, k, v, mask)
            attended.append(y.reshape(rows, self.heads * self.head_dim))
            row += rows
        return attended[0] if len(attended) == 1 else torch.cat(attended)

    @torch.jit.export
    def move(self, source: int, target: int, count: int) -> None:
        """Copies count cells of a slot into another slot."""
        for layer in range(len(self.windows)):
            self.keys[layer][target : target + count] = self.keys[layer][source : source + count].clone()
            self.values[layer][target : target + count] = self.values[layer][source : source + count].clone()

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

    def sample(self, logits: Tensor, draw: Tensor, seeds: Tensor, position: Tensor) -> Tensor:
        """Draws by inversion: the first token at which the cumulated probability passes the row's random number."""
        scaled = logits / draw[:, 0:1].clamp_min(1e-4)
        scaled = scaled - scaled.amax(-1, True)
        if bool(((draw[:, 1] > 0) | (draw[:, 2] < 1) | (draw[:, 3] > 0)).any()):
            scaled = scaled.masked_fill(scaled < self.floor(scaled, draw).unsqueeze(1), -math.inf)
        cumulated = scaled.exp().double().cumsum(-1)
        total = cumulated[:, -1]
        token = torch.searchsorted(cumulated, (self.uniform(seeds, position) * total).unsqueeze(1), right=True)
        # Beyond the last token only where a logit is no number.
        return token.squeeze(1).clamp_max(scaled.size(1) - 1)

    def floor(self, scaled: Tensor, draw: Tensor) -> Tensor:
        """The least scaled logit [n] that each row keeps, after top-k, then top-p of what is left, then min-p.
        scaled has 0 for the most likely token. What a row keeps does not depend on the other rows."""
        lowest = torch.full_like(scaled[:, 0], -math.inf)
        filtered = ((draw[:, 1] > 0) | (draw[:, 2] < 1)).nonzero().squeeze(1)
        if filtered.numel() > 0:
            some, rules = scaled[filtered], draw[filtered]
            best = some.topk(min(self.CANDIDATES, some.size(1))).values
            least, undecided = self.least_kept(best, some, rules)
            more = undecided.nonzero().squeeze(1)
            if more.numel() > 0:
                best = some[more].sort(-1, descending=True).values
                least[more] = self.least_kept(best, some[more], rules[more])[0]
            lowest[filtered] = least
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
