package io.lengthwise.job.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends prompts to a topic, each with its id as the record's key. */
final class RequestSender {

  private RequestSender() {}

  /**
   * Sends all of them; every broker has confirmed when this returns.
   *
   * @throws CommandFailure naming the first prompt that could not be sent
   */
  static void send(Configuration configuration, String topic, List<PromptLine> prompts)
      throws InterruptedException {
    try (Producer<byte[], byte[]> producer = KafkaClients.producer(configuration)) {
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
        confirm(confirmations.get(i), prompts.get(i), topic);
      }
    }
  }

  private static void confirm(Future<?> confirmation, PromptLine prompt, String topic)
      throws InterruptedException {
    try {
      confirmation.get();
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "Request %s was not sent to %s: %s"
              .formatted(prompt.id(), topic, e.getCause().getMessage()),
          e);
    }
  }
}
