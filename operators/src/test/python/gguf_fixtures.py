"""Makes the GGUF files that tests read, and beside each the tensors that they must be read as.

    python gguf_fixtures.py ../resources/gguf

Needs gguf 0.19, numpy, safetensors and torch. Seeded: running it again changes nothing.

blocks.gguf: one tensor of each format, named after it; in K-formats every bit of a block is random
    but for the scales, which are finite.
llama.gguf, qwen2.gguf, qwen3.gguf: whole models of two layers. Query and key rows of the llama
    architecture are reordered, as its converter does; the expected tensors are not.
*.safetensors: the reference's dequantisation, under Hugging Face's names.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter
from gguf.quants import dequantize, quantize
from safetensors.torch import save_file

FORMATS = [
    Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0,
    Type.Q4_K, Type.Q5_K, Type.Q6_K,
]  # fmt: skip
HALVES = {Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208]}
ROWS, COLUMNS = 2, 256

LAYERS, VOCABULARY, HIDDEN, INNER, HEADS, KEY_VALUE_HEADS = 2, 8, 32, 32, 4, 2
TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "ab", "Ġ", "é"]


def random_blocks(rng, quantisation):
    """Blocks of random bits with finite scales."""
    size, length = gguf.GGML_QUANT_SIZES[quantisation]
    blocks = rng.integers(0, 256, (ROWS, COLUMNS // size, length), dtype=np.uint8)
    for at in HALVES[quantisation]:
        scales = rng.normal(size=blocks.shape[:2] + (1,)).astype(np.float16)
        blocks[:, :, at : at + 2] = scales.view(np.uint8)
    return blocks.reshape(ROWS, -1)


def stored(rng, values, quantisation):
    return random_blocks(rng, quantisation) if quantisation in HALVES else quantize(values, quantisation)


def expected(data, quantisation):
    """What the tensor is to be read as: 16-bit formats as they are, all others as float32."""
    if quantisation == Type.F16:
        return torch.from_numpy(data.copy())
    if quantisation == Type.BF16:
        return torch.from_numpy(data.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(np.ascontiguousarray(dequantize(data, quantisation), dtype=np.float32))


def make_blocks(folder):
    rng = np.random.default_rng(1)
    writer = GGUFWriter(folder / "blocks.gguf", "llama")
    tensors = {}
    for quantisation in FORMATS:
        values = rng.normal(size=(ROWS, COLUMNS)).astype(np.float32)
        data = stored(rng, values, quantisation)
        writer.add_tensor(quantisation.name, data, raw_dtype=quantisation)
        tensors[quantisation.name] = expected(data, quantisation)
    finish(writer, tensors, folder / "blocks.safetensors")


def reordered(values, heads):
    """The row order that the converter gives the llama architecture's queries and keys."""
    shape = values.shape
    return values.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def make_model(folder, architecture, seed, head_size, quantisation, other):
    """A model whose first layer is quantised and whose second is in the other format."""
    rng = np.random.default_rng(seed)
    writer = GGUFWriter(folder / f"{architecture}.gguf", architecture)
    tensors = {}
    query, key = HEADS * head_size, KEY_VALUE_HEADS * head_size

    def add(name, hugging_face_name, shape, quantisation, heads=None):
        values = rng.normal(size=shape).astype(np.float32)
        order = heads is not None and architecture == "llama"
        data = quantize(reordered(values, heads) if order else values, quantisation)
        writer.add_tensor(name, data, raw_dtype=quantisation)
        tensors[hugging_face_name] = expected(quantize(values, quantisation), quantisation)

    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(500_000)
    if architecture == "qwen3":
        writer.add_key_length(head_size)
        writer.add_value_length(head_size)
    add_tokenizer(writer)

    add("token_embd.weight", "model.embed_tokens.weight", (VOCABULARY, HIDDEN), quantisation)
    for layer in range(LAYERS):
        format_ = quantisation if layer == 0 else other
        g, h = f"blk.{layer}.", f"model.layers.{layer}."
        add(g + "attn_norm.weight", h + "input_layernorm.weight", (HIDDEN,), Type.F32)
        add(g + "attn_q.weight", h + "self_attn.q_proj.weight", (query, HIDDEN), format_, HEADS)
        add(g + "attn_k.weight", h + "self_attn.k_proj.weight", (key, HIDDEN), format_, KEY_VALUE_HEADS)
        add(g + "attn_v.weight", h + "self_attn.v_proj.weight", (key, HIDDEN), format_)
        add(g + "attn_output.weight", h + "self_attn.o_proj.weight", (HIDDEN, query), format_)
        if architecture == "qwen3":
            add(g + "attn_q_norm.weight", h + "self_attn.q_norm.weight", (head_size,), Type.F32)
            add(g + "attn_k_norm.weight", h + "self_attn.k_norm.weight", (head_size,), Type.F32)
        else:
            add(g + "attn_q.bias", h + "self_attn.q_proj.bias", (query,), Type.F32, HEADS)
            add(g + "attn_k.bias", h + "self_attn.k_proj.bias", (key,), Type.F32, KEY_VALUE_HEADS)
            add(g + "attn_v.bias", h + "self_attn.v_proj.bias", (key,), Type.F32)
        add(g + "ffn_norm.weight", h + "post_attention_layernorm.weight", (HIDDEN,), Type.F32)
        add(g + "ffn_gate.weight", h + "mlp.gate_proj.weight", (INNER, HIDDEN), format_)
        add(g + "ffn_up.weight", h + "mlp.up_proj.weight", (INNER, HIDDEN), format_)
        add(g + "ffn_down.weight", h + "mlp.down_proj.weight", (HIDDEN, INNER), format_)
    add("output_norm.weight", "model.norm.weight", (HIDDEN,), Type.F32)
    if architecture != "qwen2":
        add("output.weight", "lm_head.weight", (VOCABULARY, HIDDEN), other)
    if architecture == "llama":
        writer.add_tensor("rope_freqs.weight", np.array([1, 2, 4, 8], dtype=np.float32))
    finish(writer, tensors, folder / f"{architecture}.safetensors")


def add_tokenizer(writer):
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, 3, 3, 1, 1, 1, 1, 1])
    writer.add_token_scores([0.0, -1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.5])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_uint64("test.uint64", 2**63 - 1)
    writer.add_int8("test.int8", -3)
    writer.add_float64("test.float64", 0.1)


def finish(writer, tensors, path):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(tensors, path)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    make_blocks(target)
    make_model(target, "llama", 2, 8, Type.Q8_0, Type.F16)
    make_model(target, "qwen2", 3, 8, Type.Q4_0, Type.BF16)
    make_model(target, "qwen3", 4, 16, Type.Q5_1, Type.Q5_0)
