"""Records the lengths of answers of the demo's model, and replays them through the paper's scheduler.

    python length_fixtures.py requests                        > requests.jsonl
    ../../../../lengthwise batch requests.jsonl responses.jsonl
    python length_fixtures.py lengths responses.jsonl         > ../resources/lengths/answers.jsonl
    python length_fixtures.py schedules ../resources/lengths/answers.jsonl > ../resources/lengths/schedules.jsonl

`requests` writes each prompt at four temperatures, as lines of the OpenAI Batch API. `lengths` collects the numbers of
tokens of the answers. `schedules` implements the paper's sequence scheduling (arXiv 2305.13144) independently of the
Java code; the tests compare the two. The script needs Python alone.
"""

import json
import sys

MODEL = "SmolLM2-135M-Instruct"
TEMPERATURES = ("0.0", "0.3", "0.7", "1.0")
MAXIMUM = 512
BATCH = 16
BIN = 50
BATCH_BY_BIN = {50: 256, 100: 128, 150: 64, 200: 32}

SUBJECTS = (
    "rain", "bread", "the moon", "a bicycle", "honey bees", "the sea", "a library", "salt", "winter", "a lighthouse",
    "coffee", "a river", "clocks", "the violin", "an old map", "tomatoes", "a train station", "glass", "owls", "paper",
)
TASKS = (
    "Answer with one word: which colour do you think of when you hear of {}?",
    "Write a story about {}.",
    "Is {} older than the telephone? Answer yes or no.",
    "Explain to a child what is special about {}.",
    "Name three words that rhyme with or remind you of {}.",
    "List ten facts about {}, one a line.",
    "Translate into French: I dreamed of {}.",
    "Write a poem of four lines about {}.",
    "Give a title for a photograph of {}.",
    "Compare {} with a mountain. Write two paragraphs.",
    "Label the mood of this text as happy or sad: Nobody came to see {} any more.",
    "Write a letter to a friend in which you describe {}.",
)
PROMPTS = [task.format(subject) for subject in SUBJECTS for task in TASKS]


def requests():
    for index, prompt in enumerate(PROMPTS):
        for temperature in TEMPERATURES:
            yield {
                "custom_id": f"{index} {temperature}",
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": prompt}],
                    "max_tokens": MAXIMUM,
                    "temperature": float(temperature),
                    "seed": index,
                },
            }


def lengths(responses):
    recorded = [{} for _ in PROMPTS]
    for response in responses:
        index, temperature = response["custom_id"].split()
        recorded[int(index)][temperature] = response["response"]["body"]["usage"]["completion_tokens"]
    for prompt, answers in zip(PROMPTS, recorded, strict=True):
        by_temperature = {temperature: answers[temperature] for temperature in TEMPERATURES}
        yield {"prompt": prompt, "max_tokens": MAXIMUM, "lengths": by_temperature}


class Replay:
    """Decodes batches on a device that decodes a token of every row in a step."""

    def __init__(self):
        self.batches = 0
        self.capped_rows = 0
        self.finishing_slots = 0
        self.slots = 0
        self.tokens = 0

    def decode(self, rows, cap):
        """Decodes one batch and returns the rows that reached the cap before they ended."""
        steps = min(cap, max(row["length"] for row in rows))
        capped = [row for row in rows if row["length"] > cap]
        self.batches += 1
        self.capped_rows += len(capped)
        self.slots += steps * len(rows)
        self.finishing_slots += steps * (len(rows) - len(capped))
        self.tokens += sum(row["length"] for row in rows if row["length"] <= cap)
        return capped

    def figures(self, count):
        return {
            "averageLength": round(self.finishing_slots / count + 1, 6),
            "effective": round(self.tokens / self.finishing_slots, 6),
            "effectiveAll": round(self.tokens / self.slots, 6),
            "batches": self.batches,
            "cappedRows": self.capped_rows,
        }


def up_to_bin(prediction):
    return -(-prediction // BIN) * BIN


def batches(group, binning, variable):
    """The batches of a group as pairs: the rows, and the bound of their predictions."""
    pending = sorted(group, key=lambda row: row["prediction"])
    bound = (lambda row: up_to_bin(row["prediction"])) if binning else (lambda row: row["prediction"])
    if not variable:
        for start in range(0, len(pending), BATCH):
            rows = pending[start : start + BATCH]
            yield rows, bound(rows[-1])
        return
    bounds = sorted({bound(row) for row in pending})
    left_over = []
    for this in bounds:
        rows = [row for row in pending if bound(row) == this] + left_over
        left_over = []
        size = BATCH_BY_BIN.get(up_to_bin(this), BATCH)
        while rows:
            batch, rows = rows[:size], rows[size:]
            if len(batch) < size and len(batch) < max(size / 2, BATCH) and this != bounds[-1]:
                left_over = batch
            else:
                yield batch, this


def replay(answers, prediction, group_size, binning, variable, recompute):
    device = Replay()
    rows = [
        {"length": min(MAXIMUM, answer["0.0"]), "prediction": min(MAXIMUM, prediction(answer))} for answer in answers
    ]
    for start in range(0, len(rows), group_size):
        capped = []
        for batch, bound in batches(rows[start : start + group_size], binning, variable):
            capped += device.decode(batch, min(bound, MAXIMUM) if recompute else MAXIMUM)
        for again in range(0, len(capped), BATCH):
            assert not device.decode(capped[again : again + BATCH], MAXIMUM)
    return device.figures(len(rows))


def schedules(lines):
    answers = [line["lengths"] for line in lines]
    predictions = {
        "maximum": lambda answer: MAXIMUM,
        "longest": lambda answer: max(answer.values()),
        "another": lambda answer: answer["0.7"],
    }
    runs = [("maximum", 256, False, False, False), ("longest", 256, True, False, True)]
    runs += [("longest", size, True, True, True) for size in (64, 128, 256)]
    runs += [
        ("another", 128, binning, variable, recompute)
        for binning, variable, recompute in (
            (False, False, False),
            (False, False, True),
            (True, False, False),
            (True, False, True),
            (True, True, True),
        )
    ]
    for prediction, size, binning, variable, recompute in runs:
        yield {
            "prediction": prediction,
            "group": size,
            "binning": binning,
            "variableBatchSize": variable,
            "recompute": recompute,
            **replay(answers, predictions[prediction], size, binning, variable, recompute),
        }


def read(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    command, *files = sys.argv[1:]
    steps = {"requests": requests, "lengths": lengths, "schedules": schedules}
    for line in steps[command](*(read(file) for file in files)):
        print(json.dumps(line))
