package io.lengthwise.it;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** A model of random weights that answers nonsense in well under a millisecond a token. */
final class TinyModel {

  static final Path FOLDER =
      Path.of("..", "operators", "src", "test", "resources", "models", "smollm").toAbsolutePath();

  /** The most tokens of a prompt and its answer. */
  static final int CONTEXT = 256;

  private static final int END_TOKEN = 2;

  private TinyModel() {}

  /**
   * A job that serves the model on topics, with a checkpoint every 200 ms.
   *
   * <p>In float32, where a row that continues has the numbers of one that never stopped.
   */
  static Map<String, String> jobOn(TestingTopics topics) {
    Map<String, String> options = new HashMap<>();
    options.put("model.path", FOLDER.toString());
    options.put("model.name", "tiny");
    options.put("model.weights", "float32");
    options.put("engine.memory", "16 mb");
    options.put("engine.threads", "1");
    options.put("kafka.bootstrap-servers", topics.bootstrapServers());
    options.put("requests.topics", topics.requests());
    options.put("responses.topic", topics.responses());
    options.put("dead-letters.topic", topics.deadLetters());
    options.put("lengths.topic", topics.lengths());
    options.put("requests.starting-offsets", "earliest");
    options.put("delivery.transactional-id-prefix", topics.requests());
    options.put("parallelism.default", "1");
    options.put("execution.checkpointing.interval", "200 ms");
    options.put("restart-strategy.type", "fixed-delay");
    options.put("restart-strategy.fixed-delay.attempts", "10");
    options.put("restart-strategy.fixed-delay.delay", "100 ms");
    return options;
  }

  /**
   * The same on two TaskManagers, with few rows at a time and many looks at the queue, so that
   * answers take long enough to be interrupted, and with what Flink does by default about failures.
   */
  static Map<String, String> jobUnderLoad(TestingTopics topics, String guarantee) {
    Map<String, String> options = jobOn(topics);
    options.keySet().removeIf(key -> key.startsWith("restart-strategy"));
    options.put("delivery.guarantee", guarantee);
    options.put("job.parallelism", "2");
    options.put("engine.width", "2");
    options.put("engine.segment-steps", "2");
    options.put("execution.checkpointing.interval", "1 s");
    return options;
  }

  static Configuration configuration(Map<String, String> options, Map<String, String> more) {
    Map<String, String> merged = new HashMap<>(options);
    merged.putAll(more);
    return Configuration.fromMap(merged);
  }

  /** A greedy chat that ends after exactly so many tokens, since its end token is never taken. */
  static String longChat(String id, int tokens) {
    return chat(
        id, tokens, ", \"temperature\": 0, \"logit_bias\": {\"%d\": -100}".formatted(END_TOKEN));
  }

  /** The same, sampled. */
  static String longSampledChat(String id, int tokens, int seed) {
    return chat(
        id,
        tokens,
        ", \"temperature\": 0.8, \"seed\": %d, \"logit_bias\": {\"%d\": -100}"
            .formatted(seed, END_TOKEN));
  }

  /** A line with a chat. */
  static String chat(String id, int maxTokens, String moreFields) {
    return """
    {"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body": {"model": \
    "tiny", "messages": [{"role": "user", "content": "Say %s"}], "max_tokens": %d%s}}\
    """
        .formatted(id, id, maxTokens, moreFields);
  }
}
