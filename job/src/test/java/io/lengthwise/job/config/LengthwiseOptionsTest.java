package io.lengthwise.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

class LengthwiseOptionsTest {

  /** A changed key or default breaks configurations. Change this list only on purpose. */
  @Test
  void keysAndDefaultsArePinned() {
    assertThat(rows())
        .containsExactly(
            "job.name = lengthwise",
            "job.parallelism",
            "job.max-parallelism = 128",
            "model.path",
            "model.name",
            "model.device = cpu",
            "model.weights = auto",
            "kafka.bootstrap-servers",
            "kafka.properties = {}",
            "kafka.source.properties = {}",
            "kafka.sink.properties = {}",
            "requests.topics",
            "requests.topic-pattern",
            "requests.group-id = lengthwise",
            "requests.starting-offsets = committed",
            "requests.bounded = false",
            "requests.max-record-size = 4 mb",
            "responses.topic = lengthwise-responses",
            "dead-letters.topic = lengthwise-dead-letters",
            "lengths.learn = true",
            "lengths.topic = lengthwise-lengths",
            "lengths.history-topics",
            "delivery.guarantee = at-least-once",
            "delivery.transactional-id-prefix",
            "delivery.transaction-timeout = PT15M",
            "delivery.max-record-size = 1000000 bytes",
            "output.order = completion",
            "defaults.max-tokens = 256",
            "defaults.answer-length = 128",
            "limits.stop-strings = 4",
            "limits.stop-length = 512",
            "limits.stop-token-ids = 64",
            "limits.logit-bias = 1024",
            "predictor = online",
            "batching.mode = bucket",
            "batching.buckets = 50:256,100:128,150:64,200:32,512:16",
            "batching.max-wait",
            "batching.group.size = 256",
            "batching.group.max-wait = PT1S",
            "batching.group.binning = true",
            "batching.group.variable-batch-size = true",
            "batching.group.batch-size = 16",
            "batching.group.recomputation = continue",
            "batching.group.quantile = 0.0",
            "engine.discipline = refill",
            "engine.order = shortest-first",
            "engine.max-wait",
            "engine.memory = 1 gb",
            "engine.width = auto",
            "engine.segment-steps = 16",
            "engine.prefill.chunk",
            "engine.prefill.reuse = true",
            "engine.reserve-quantile = 0.9",
            "engine.lookup = 0",
            "engine.load-timeout = PT15M",
            "engine.step-timeout = PT5M",
            "engine.threads = 0",
            "generation.backlog = 4096",
            "generation.parallelism");
  }

  private static List<String> rows() {
    return LengthwiseOptions.all().stream().map(LengthwiseOptionsTest::row).toList();
  }

  private static String row(ConfigOption<?> option) {
    return option.hasDefaultValue() ? option.key() + " = " + option.defaultValue() : option.key();
  }

  @Test
  void noKeyIsTheBeginningOfAnother() {
    List<String> keys = LengthwiseOptions.all().stream().map(ConfigOption::key).toList();

    // In nested YAML a key cannot have both a value and keys below it.
    assertThat(keys)
        .allSatisfy(key -> assertThat(keys).noneMatch(other -> other.startsWith(key + ".")));
  }
}
