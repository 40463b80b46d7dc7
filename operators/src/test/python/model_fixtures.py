"""Makes tiny random models of every family, and what Hugging Face transformers computes with them.

    python model_fixtures.py        (torch 2.7.1, transformers 4.53.3, tokenizers, safetensors)

Each folder under resources/models is a model as the hub has it. expected.json holds prompts and the greedy tokens
that follow them; expected.safetensors the float32 logits [vocabulary] after each prompt and after ten more tokens,
and the mean of each prompt's last hidden states [hidden].
"""

import json
import os
import shutil

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    MistralConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen3Config,
    AutoModelForCausalLM,
)

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "models")
VOCABULARY = 320
NEW_TOKENS = 24
MIDDLE = 10
LENGTHS = [5, 1, 23, 12]

SHAPE = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    initializer_range=0.25,
    bos_token_id=1,
    eos_token_id=2,
)

FAMILIES = {
    "llama": (
        LlamaConfig(
            **SHAPE,
            rope_theta=500000.0,
            rope_scaling=dict(
                rope_type="llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=64,
            ),
        ),
        torch.bfloat16,
    ),
    "mistral": (MistralConfig(**SHAPE, sliding_window=8), torch.bfloat16),
    "qwen2": (Qwen2Config(**SHAPE), torch.float16),
    "qwen3": (Qwen3Config(**SHAPE, head_dim=16), torch.bfloat16),
    "smollm": (
        LlamaConfig(**{**SHAPE, "num_attention_heads": 6, "hidden_size": 48}, tie_word_embeddings=True),
        torch.float32,
    ),
}

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

TEXT = [
    "the answer to the question is the length of the answer and the order of the queue",
    "a request waits in the window until the batch is full and then the engine decodes it",
]


def tokenizer():
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    bpe.train_from_iterator(TEXT, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<|im_start|>", eos_token="<|im_end|>")
    fast.chat_template = TEMPLATE
    return fast


def make_alive(model):
    """Biases and norms start as zeros and ones, which would hide whether they are used."""
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.data.normal_(0, 0.3)
        elif parameter.dim() == 1:
            parameter.data.uniform_(0.5, 1.5)


def main():
    for number, (family, (config, dtype)) in enumerate(FAMILIES.items()):
        torch.manual_seed(number)
        folder = os.path.join(PLACE, family)
        shutil.rmtree(folder, ignore_errors=True)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
        make_alive(model)
        model = model.to(dtype)
        model.generation_config.do_sample = False
        model.save_pretrained(folder)
        if family == "smollm":
            tokenizer().save_pretrained(folder)
        # Read back, since a conversion from bfloat16 would have rounded the rotary frequencies as well.
        model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager")

        prompts, answers, logits = [], [], {}
        for i, length in enumerate(LENGTHS):
            prompt = torch.randint(3, VOCABULARY, (1, length))
            with torch.inference_mode():
                logits[f"{i}.hidden"] = model.model(prompt).last_hidden_state[0].mean(0)
                tokens = prompt
                for step in range(NEW_TOKENS):
                    last = model(tokens).logits[0, -1]
                    if step in (0, MIDDLE):
                        logits[f"{i}.{step}"] = last.clone()
                    tokens = torch.cat([tokens, last.argmax().view(1, 1)], 1)
            prompts.append(prompt[0].tolist())
            answers.append(tokens[0, length:].tolist())
        with open(os.path.join(folder, "expected.json"), "w") as file:
            json.dump({"prompts": prompts, "answers": answers, "middle": MIDDLE}, file)
            file.write("\n")
        save_file(logits, os.path.join(folder, "expected.safetensors"))


if __name__ == "__main__":
    main()
