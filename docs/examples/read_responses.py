"""Reads the responses to a file of requests with Kafka's and OpenAI's Python libraries.

    pip install confluent-kafka openai
    python read_responses.py BOOTSTRAP_SERVERS RESPONSES_TOPIC REQUESTS.jsonl

Prints a line for each request as its response arrives, reading the topic from its beginning, and
ends when every request has one. Each body of an answer is checked by the type that OpenAI's client
gives it.
"""

import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer
from openai.types import Completion
from openai.types.chat import ChatCompletion

TYPES = {"chat.completion": ChatCompletion, "text_completion": Completion}


def rewind(consumer, partitions):
    for partition in partitions:
        partition.offset = OFFSET_BEGINNING
    consumer.assign(partitions)


def consume(servers, topic):
    """Yields the responses of a topic. Only committed ones: the job may write in transactions."""
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "read-responses",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic], on_assign=rewind)
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise RuntimeError(message.error())
            yield json.loads(message.value())
    finally:
        consumer.close()


def text(response):
    """The answer, or why there is none."""
    if response["error"]:
        return "no answer: " + response["error"]["message"]
    status, body = response["response"]["status_code"], response["response"]["body"]
    if status != 200:
        return f"no answer, {status}: " + body["error"]["message"]
    answer = TYPES[body["object"]].model_validate(body)
    choice = answer.choices[0]
    content = choice.message.content if body["object"] == "chat.completion" else choice.text
    return f"{answer.usage.completion_tokens} tokens, {choice.finish_reason}: {content!r}"


def main(servers, topic, requests):
    with open(requests, encoding="utf-8") as lines:
        waiting = {json.loads(line)["custom_id"] for line in lines if line.strip()}
    seen = set()
    for response in consume(servers, topic):
        # Under at-least-once a failure may repeat a response; the id stays the same.
        if response["id"] in seen or response["custom_id"] not in waiting:
            continue
        seen.add(response["id"])
        waiting.remove(response["custom_id"])
        print(response["custom_id"], text(response), sep="\t")
        if not waiting:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
