import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends prompts to the topic of requests and prints their responses.
 *
 * <p>Needs kafka-clients and jackson-databind, which ./lengthwise leaves in job/target/cli/lib:
 *
 * <pre>
 * java -cp 'job/target/cli/lib/*' docs/examples/AskLengthwise.java BOOTSTRAP_SERVERS \
 *     REQUESTS_TOPIC RESPONSES_TOPIC 'What is the capital of France?' 'Name three colours.'
 * </pre>
 */
public final class AskLengthwise {

  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 4) {
      System.err.println(
          "Usage: AskLengthwise BOOTSTRAP_SERVERS REQUESTS_TOPIC RESPONSES_TOPIC PROMPT...");
      System.exit(2);
    }
    List<String> prompts = List.of(arguments).subList(3, arguments.length);
    try (KafkaConsumer<String, String> consumer = consumer(arguments[0])) {
      // The consumer takes its position before anything is sent, so that it misses no response.
      seekToEnd(consumer, arguments[2]);
      Set<String> waiting = send(arguments[0], arguments[1], prompts);
      while (!waiting.isEmpty()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          if (waiting.remove(record.key())) {
            System.out.println(text(JSON.readTree(record.value())));
          }
        }
      }
    }
  }

  /** Sends a bare body for each prompt. The record's key is the request's id. */
  private static Set<String> send(String servers, String topic, List<String> prompts)
      throws InterruptedException, ExecutionException {
    Set<String> ids = new HashSet<>();
    Map<String, Object> properties = Map.of("bootstrap.servers", servers);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      for (String prompt : prompts) {
        ObjectNode body = JSON.createObjectNode().put("max_tokens", 64).put("temperature", 0);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        String id = UUID.randomUUID().toString();
        producer.send(new ProducerRecord<>(topic, id, body.toString())).get();
        ids.add(id);
      }
    }
    return ids;
  }

  /** A consumer that sees committed responses only: the job may write in transactions. */
  private static KafkaConsumer<String, String> consumer(String servers) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            servers,
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false);
    return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
  }

  private static void seekToEnd(KafkaConsumer<String, String> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** The answer, or why there is none. */
  private static String text(JsonNode line) {
    if (!line.path("error").isNull()) {
      return "no answer: " + line.at("/error/message").asText();
    }
    if (line.at("/response/status_code").asInt() != 200) {
      return "no answer: " + line.at("/response/body/error/message").asText();
    }
    return line.at("/response/body/choices/0/message/content").asText();
  }
}
