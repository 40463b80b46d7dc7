"""Trains tiny tokenizers, one for each way of cutting words, and writes what they make of texts.

    python tokenizer_fixtures.py ../resources/model/tokenizer

writes for every family a Hugging Face folder, for the byte-level ones also a GGUF file that holds
nothing but metadata, and expected.json with the ids that transformers computes from the folder.
Needs transformers 4.53, tokenizers 0.21 and gguf; nothing at build or run time of the project does.
"""

import json
import pathlib
import sys

import gguf
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

CORPUS = [
    "The river runs through the valley and the people run along the river.",
    "We were there in 2024, weren't we? They've said that they'll return in 1999 or 2001.",
    "def add(left, right):\n    return left + right\n\n\nfor i in range(10):\n        print(i)\n",
    "the there then these those that this; read, reading, reader, water, waiter, later",
    "Ein Fluss fließt durch das Tal. Über die Brücke gehen die Leute. Où est la rivière?",
    "Река течёт через долину. 川は谷を流れる。 河流穿过山谷。 نهر يجري في الوادي",
    "   indented    text\twith\ttabs and   runs of spaces   ",
] * 4

TEXTS = [
    "a",
    " ",
    "The river runs.",
    " The river runs.",
    "the  river   runs    there",
    "Weren't we there? They'll say WE'RE late, I'd say they've left.",
    "1 12 123 1234 12345 3.14159 1,000,000 2024-11-24",
    "٣٤٥ ½ Ⅷ ²³ 四",
    "def f(x):\n    return x + 1\n",
    "if (a != b) { c[i]++; } // done\r\n\r\n\tnext",
    "\n",
    "\n\n\n",
    "  \n  \n text",
    "\t\t tabs \t and spaces \t",
    "trailing spaces    ",
    "    leading spaces",
    "Über die Brücke, où est la rivière?",
    "e\u0301 u\u0308 \u1100\u1161\u11a8",
    "Река течёт через долину.",
    "川は谷を流れる。",
    "河流穿过山谷。",
    "نهر يجري في الوادي",
    "नदी घाटी से बहती है",
    "한국어 문장입니다",
    "😀",
    "👩‍👩‍👧‍👦 family 🇩🇪 flag 👍🏽",
    "mixed😀text🕛here",
    "\u00a0no\u00a0break\u2003em\u3000wide",
    "\u200bzero\u200dwidth\ufeff",
    "control \u0001\u0007 characters \u007f",
    "combining z\u0335\u0321\u035a a\u030a",
    "https://example.org/a/b?c=d&e=f#g user@example.org",
    "CamelCase snake_case SHOUT_CASE kebab-case",
    "lengthwise lengthwise, and Lengthwise",
    "<|im_start|>user\nHi there<|im_end|>\n<|im_start|>assistant\n",
    "<|im_end|><|im_end|>",
    "<|im_end <|im_start|",
    "<think>\nwell\n</think>",
    "text<|endoftext|>text",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈",
    "\ufffd broken \ufffd",
    "supercalifragilisticexpialidocious" * 3,
    "!?!?...---***///\\\\\\===",
    "'quoted' \"double\" `ticks` „German“ «French»",
]

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CHAT_TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def words(digits):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(
                Regex(
                    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + digits
                    + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
                ),
                "isolated",
            ),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def byte_level(pre_tokenizer, control_first, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizer
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=CONTROL if control_first else [],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in CONTROL])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in ["<think>", "</think>"]])
    return tokenizer


def whole_words(tokenizer):
    """Lets a word that is a token be taken whole, and adds one that no merges lead to."""
    content = json.loads(tokenizer.to_str())
    content["model"]["ignore_merges"] = True
    vocabulary = content["model"]["vocab"]
    last = max(vocabulary.values())
    content["added_tokens"] = []
    vocabulary["Ġlengthwise"] = last + 1
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in CONTROL])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in ["<think>", "</think>"]])
    begin = tokenizer.token_to_id("<|endoftext|>")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", begin)]
    )
    return tokenizer


def sentence_piece():
    """As Llama 2's: blanks are written, unknown characters are bytes."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<unk>", *CONTROL, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS[:4], trainer)
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"] = None
    content["added_tokens"] = [t for t in content["added_tokens"] if not t["content"].startswith("<0x")]
    content["normalizer"] = {
        "type": "Sequence",
        "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ],
    }
    content["decoder"] = {
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ],
    }
    return Tokenizer.from_str(json.dumps(content))


def families():
    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), gpt2])
    return {
        "gpt-2": byte_level(gpt2, control_first=False),
        "smollm": byte_level(digits, control_first=True),
        "llama-bpe": whole_words(byte_level(words("{1,3}"), control_first=False)),
        "qwen2": byte_level(words(""), control_first=False, normalizer=normalizers.NFC()),
        "sentencepiece": sentence_piece(),
    }


def write_folder(folder, tokenizer):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {
        "bos_token": "<|endoftext|>",
        "eos_token": {"content": "<|im_end|>", "special": True},
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    text = json.dumps(config, ensure_ascii=False, indent=1)
    (folder / "tokenizer_config.json").write_text(text + "\n", encoding="utf-8")


def write_gguf(path, pre, tokenizer):
    content = json.loads(tokenizer.to_str())
    ids = dict(content["model"]["vocab"])
    ids.update({token["content"]: token["id"] for token in content["added_tokens"]})
    tokens = sorted(ids, key=ids.get)
    assert [ids[token] for token in tokens] == list(range(len(tokens)))
    types = {t["content"]: 3 if t["special"] else 4 for t in content["added_tokens"]}
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([types.get(token, 1) for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in content["model"]["merges"]])
    writer.add_bos_token_id(ids["<|endoftext|>"])
    writer.add_eos_token_id(ids["<|im_end|>"])
    writer.add_chat_template(CHAT_TEMPLATE)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def expected(folder):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), clean_up_tokenization_spaces=False
    )
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        cases.append(
            {
                "ids": ids,
                "prompt": tokenizer.encode(text),
                "text": tokenizer.decode(ids, skip_special_tokens=True),
            }
        )
    return cases


def main(folder):
    results = {"texts": TEXTS, "families": {}}
    for name, tokenizer in families().items():
        write_folder(folder / name, tokenizer)
        if name != "sentencepiece":
            write_gguf(folder / f"{name}.gguf", name, tokenizer)
        results["families"][name] = expected(folder / name)
    text = json.dumps(results, ensure_ascii=True)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
