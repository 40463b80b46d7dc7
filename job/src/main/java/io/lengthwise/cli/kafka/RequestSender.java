package io.lengthwise.cli.kafka;

import io.lengthwise.cli.console.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends prompts to a topic. The id of a prompt is the key of its record. */
public final class RequestSender implements AutoCloseable {

  private final String topic;
  private final Producer<byte[], byte[]> producer;

  public RequestSender(Configuration configuration, String topic) {
    this.topic = topic;
    producer = KafkaClients.producer(configuration);
  }

  /**
   * Sends all prompts. All records are acknowledged when this returns.
   *
   * @throws CommandFailure with the first prompt that could not be sent
   */
  public void send(List<PromptLine> prompts) throws InterruptedException {
    List<Future<?>> confirmations = new ArrayList<>();
    for (PromptLine prompt : prompts) {
      confirmations.add(
          producer.send(
              new ProducerRecord<>(
                  topic,
                  prompt.id().getBytes(StandardCharsets.UTF_8),
                  prompt.record().getBytes(StandardCharsets.UTF_8))));
    }
    producer.flush();
    for (int i = 0; i < prompts.size(); i++) {
      confirm(confirmations.get(i), prompts.get(i));
    }
  }

  private void confirm(Future<?> confirmation, PromptLine prompt) throws InterruptedException {
    try {
      confirmation.get();
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "Request %s was not sent to %s: %s"
              .formatted(prompt.id(), topic, e.getCause().getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
