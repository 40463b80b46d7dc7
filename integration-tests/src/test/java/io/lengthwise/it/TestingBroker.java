package io.lengthwise.it;

import io.lengthwise.cli.kafka.EmbeddedKafka;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Kafka broker for the tests of a class. */
final class TestingBroker implements BeforeAllCallback, AfterAllCallback {

  private EmbeddedKafka kafka;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    kafka = EmbeddedKafka.start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (kafka != null) {
      kafka.close();
    }
  }

  /** Creates topics for one test. */
  TestingTopics topics(String prefix) throws Exception {
    return TestingTopics.create(kafka.bootstrapServers(), prefix);
  }
}
