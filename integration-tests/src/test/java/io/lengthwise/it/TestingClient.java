package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A client that sends requests of short answers at a steady pace, knows which of them Kafka has,
 * and checks what a {@code read_committed} consumer sees of their responses.
 *
 * <p>Request {@code r7} gets an answer of exactly {@link #tokens tokens(7)} tokens.
 */
final class TestingClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int BATCH = 10;

  /**
   * The id of the poison request. Its prompt repeats the id and is long for a {@link
   * BrokenDecoder}.
   */
  private static final String POISON = "poison".repeat(BrokenDecoder.MOST_TOKENS / 4);

  /** The number of requests that are sent together with the poison. */
  private static final int COMPANY = 10;

  private final TestingTopics topics;
  private final int requests;
  private final KafkaProducer<String, String> producer;
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final Set<String> ids;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final Map<String, Exception> refused = new ConcurrentHashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<Response> seen = new ArrayList<>();
  private int next;

  private TestingClient(TestingTopics topics, int requests) {
    this.topics = topics;
    this.requests = requests;
    this.ids = IntStream.range(0, requests).mapToObj(TestingClient::id).collect(Collectors.toSet());
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", topics.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                topics.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition(topics.responses(), 0)));
  }

  /** Starts to send the given number of requests in the background. */
  static TestingClient start(TestingTopics topics, int requests, int perSecond) {
    TestingClient client = new TestingClient(topics, requests);
    client.pace.scheduleAtFixedRate(
        client::sendSome, 0, TimeUnit.SECONDS.toMillis(BATCH) / perSecond, TimeUnit.MILLISECONDS);
    return client;
  }

  /** The tokens of an answer: 5 to 34. */
  private static int tokens(int request) {
    return 5 + 7 * request % 30;
  }

  private static String id(int request) {
    return "r" + request;
  }

  /** Every second request is sampled. */
  private static String line(int request) {
    return request % 2 == 0
        ? TinyModel.longChat(id(request), tokens(request))
        : TinyModel.longSampledChat(id(request), tokens(request), request);
  }

  private void sendSome() {
    int end = Math.min(next + BATCH, requests);
    for (; next < end; next++) {
      send(id(next), line(next));
    }
  }

  /** Sends a request at which a {@link BrokenDecoder} throws, together with some other requests. */
  void sendPoison() {
    ids.add(POISON);
    send(POISON, TinyModel.longChat(POISON, 5));
    for (int request = requests; request < requests + COMPANY; request++) {
      ids.add(id(request));
      send(id(request), line(request));
    }
  }

  private void send(String id, String line) {
    producer.send(
        new ProducerRecord<>(topics.requests(), line),
        (place, failure) -> {
          if (failure == null) {
            taken.add(id);
          } else {
            refused.put(id, failure);
          }
        });
  }

  /** The number of requests, including those that are not sent yet. */
  int requests() {
    return ids.size();
  }

  /** Waits until the consumer has seen responses of at least the given number of requests. */
  void awaitAnswered(int requests) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              consumer.poll(POLL).forEach(record -> seen.add(Response.of(record)));
              return distinctIds(seen) >= requests;
            });
  }

  /** Waits until the consumer has seen a response of every request, and returns all responses. */
  List<Response> awaitAllAnswered() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(refused).isEmpty();
              return taken.equals(ids);
            });
    awaitAnswered(ids.size());
    // A duplicate may have arrived after the last response.
    return topics.committedResponses();
  }

  /**
   * Checks that every response is complete and belongs to a request. Only the poison has an error.
   */
  void check(List<Response> responses) {
    assertThat(responses).allSatisfy(TestingClient::check);
    assertThat(responses.stream().map(Response::id).collect(Collectors.toSet())).isEqualTo(ids);
    assertThat(
            topics.committed(topics.deadLetters()).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8)))
        .isEmpty();
  }

  private static void check(Response response) {
    if (response.id().equals(POISON)) {
      assertThat(response.outcome()).isEqualTo("engine_failure");
      assertThat(response.status()).isEqualTo(500);
    } else {
      assertThat(response.outcome()).isEqualTo("answered");
      assertThat(response.completionTokens())
          .isEqualTo(tokens(Integer.parseInt(response.id().substring(1))));
    }
  }

  private static int distinctIds(List<Response> responses) {
    return (int) responses.stream().map(Response::id).distinct().count();
  }

  @Override
  public void close() {
    pace.shutdownNow();
    producer.close(Duration.ZERO);
    consumer.close();
  }
}
