"""Sends requests to the topic of requests.

    pip install confluent-kafka
    python send_requests.py BOOTSTRAP_SERVERS REQUESTS_TOPIC REQUESTS.jsonl

REQUESTS.jsonl has one request of the OpenAI Batch API on each line, for example batch.jsonl. The
record's key is the request's custom_id, and the response gets the same key.
"""

import json
import sys

from confluent_kafka import Producer


def report(error, message):
    """Says what became of a record; the broker's acknowledgement is what counts."""
    if error:
        print(f"{message.key().decode()} was not sent: {error}", file=sys.stderr)
    else:
        origin = f"partition {message.partition()}, offset {message.offset()}"
        print(message.key().decode(), origin, sep="\t")


def main(servers, topic, requests):
    producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True})
    with open(requests, encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            request = json.loads(line)
            value = json.dumps(request)
            producer.produce(topic, key=request["custom_id"], value=value, on_delivery=report)
            producer.poll(0)
    producer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
