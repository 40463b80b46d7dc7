package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.kafka.TopicCheck;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Brokers with authentication. Jobs with valid credentials are answered, and no secret is logged.
 */
@Timeout(120)
@ExtendWith(NoThreadsLeft.class)
class SecureKafkaITCase {

  @RegisterExtension private static final TestingLog LOG = new TestingLog();
  @RegisterExtension private static final SecureBroker BROKER = new SecureBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @Test
  void userWithHisPasswordIsAnswered() throws Exception {
    answers("user", BROKER.asUser(SecureBroker.USER_PASSWORD));
  }

  @Test
  void clientWithItsCertificateIsAnswered() throws Exception {
    answers("certificate", BROKER.withCertificate("client"));
  }

  @Test
  void wrongPasswordIsRefused() throws Exception {
    refuses(
        "wrong-password",
        BROKER.asUser("wrong-" + SecureBroker.USER_PASSWORD),
        "invalid credentials");
  }

  @Test
  void certificateThatTheBrokerDoesNotKnowIsRefused() throws Exception {
    refuses("stranger", BROKER.withCertificate("stranger"), "certificate");
  }

  @Test
  void brokerThatTheJobDoesNotTrustIsRefused() throws Exception {
    Map<String, String> options = new HashMap<>(BROKER.withCertificate("client"));
    // Without a truststore, the client trusts only the JDK's certificate authorities.
    options.keySet().removeIf(option -> option.contains("truststore"));
    refuses("untrusted", options, "certification path");
  }

  private void answers(String name, Map<String, String> credentials) throws Exception {
    TestingTopics topics = BROKER.topics(name);
    topics.send(List.of(TinyModel.chat("a", 3, ""), TinyModel.chat("b", 3, ""), "no json"));
    Configuration configuration =
        configuration(topics, credentials, Map.of("delivery.guarantee", "exactly-once"));
    TopicCheck.run(JobSettings.of(configuration).kafka());
    CLUSTER.finish(CLUSTER.start(configuration));
    assertThat(topics.committedResponses())
        .extracting(Response::outcome)
        .containsExactlyInAnyOrder("answered", "answered");
    List<ConsumerRecord<byte[], byte[]>> dead = topics.committed(topics.deadLetters());
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).headers().toArray())
        .allSatisfy(
            header -> assertThatNoSecretIsIn(new String(header.value(), StandardCharsets.UTF_8)));
    assertThatNoSecretIsIn(CLUSTER.metrics());
    assertThatNoSecretIsIn(JobSettings.of(configuration).toString());
    assertThat(LOG.text()).contains("ConsumerConfig values", "ProducerConfig values");
    assertThatNoSecretIsIn(LOG.text());
  }

  private void refuses(String name, Map<String, String> credentials, String reason)
      throws Exception {
    TestingTopics topics = BROKER.topics(name);
    topics.send(List.of(TinyModel.chat("a", 3, "")));
    Configuration configuration =
        configuration(topics, credentials, Map.of("restart-strategy.type", "none"));
    assertThatThrownBy(() -> TopicCheck.run(JobSettings.of(configuration).kafka()))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageStartingWith("kafka.properties: the brokers at 127.0.0.1:")
        .hasMessageContaining(reason)
        .hasMessageEndingWith("Check security.protocol, and what it needs of sasl.* and ssl.*");
    // A job that is submitted without our check fails as well.
    assertThatThrownBy(() -> CLUSTER.finish(CLUSTER.start(configuration)))
        .hasStackTraceContaining("AuthenticationException");
    assertThat(topics.committed(topics.responses())).isEmpty();
    assertThat(topics.committed(topics.deadLetters())).isEmpty();
    assertThatNoSecretIsIn(LOG.text());
  }

  private static Configuration configuration(
      TestingTopics topics, Map<String, String> credentials, Map<String, String> more) {
    Map<String, String> options = new HashMap<>(TinyModel.jobOn(topics));
    options.putAll(credentials);
    options.put("requests.bounded", "true");
    return TinyModel.configuration(options, more);
  }

  private static void assertThatNoSecretIsIn(String text) {
    assertThat(text).doesNotContain(SecureBroker.USER_PASSWORD, SecureBroker.STORE_PASSWORD);
  }
}
