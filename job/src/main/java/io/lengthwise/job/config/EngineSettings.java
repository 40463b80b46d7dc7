package io.lengthwise.job.config;

import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_DISCIPLINE;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_LOAD_TIMEOUT;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_LOOKUP;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_MAX_WAIT;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_MEMORY;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_ORDER;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_PREFILL_CHUNK;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_PREFILL_REUSE;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_RESERVE_QUANTILE;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_SEGMENT_STEPS;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_STEP_TIMEOUT;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_THREADS;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_WIDTH;
import static io.lengthwise.job.config.LengthwiseOptions.GENERATION_BACKLOG;

import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.model.ModelSpec;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Reads the options of the engine. Some defaults depend on other settings of the job. */
final class EngineSettings {

  private EngineSettings() {}

  /**
   * Reads the options.
   *
   * @param discipline the value of {@code engine.discipline}, which groups overrule
   */
  static EngineOptions read(
      SettingsReader reader,
      ModelSpec model,
      Discipline discipline,
      BatchingSettings batching,
      OutputOrder outputOrder) {
    MemorySize memory =
        reader.get(ENGINE_MEMORY, v -> v.getBytes() >= 1 << 20, "must be at least 1 mb");
    double quantile =
        reader.get(ENGINE_RESERVE_QUANTILE, v -> v > 0 && v < 1, "must lie between 0 and 1");
    return new EngineOptions(
        new Batching(
            discipline(reader, discipline, batching),
            batching.sequence(),
            admissionOrder(reader, outputOrder),
            width(reader),
            reader.atLeast(1, ENGINE_SEGMENT_STEPS),
            maxWaitMillis(reader),
            reader.get(ENGINE_LOOKUP, v -> v >= 0 && v <= 64, "must lie between 0 and 64")),
        new Memory(memory.getBytes(), quantile),
        new Prefill(prefillChunk(reader, model), reader.get(ENGINE_PREFILL_REUSE)),
        new Limits(
            reader.atLeast(0, ENGINE_THREADS),
            reader.atLeast(1, GENERATION_BACKLOG),
            timeout(reader, ENGINE_STEP_TIMEOUT),
            timeout(reader, ENGINE_LOAD_TIMEOUT)));
  }

  /**
   * The default chunk delays the rows that decode by about a second: two CPU cores prefill 512
   * tokens of a small model in this time.
   */
  private static int prefillChunk(SettingsReader reader, ModelSpec model) {
    if (reader.isSet(ENGINE_PREFILL_CHUNK)) {
      return reader.atLeast(1, ENGINE_PREFILL_CHUNK);
    }
    return model.device().equals("cpu") ? 512 : 2048;
  }

  /** Groups are scheduled in static batches. Any other discipline is a problem if it is set. */
  private static Discipline discipline(
      SettingsReader reader, Discipline discipline, BatchingSettings batching) {
    if (batching.sequence() == null) {
      return discipline;
    }
    if (discipline != Discipline.STATIC && reader.isSet(ENGINE_DISCIPLINE)) {
      reader.problem(
          ENGINE_DISCIPLINE,
          "batching.mode is group, whose batches are static: set static, or leave it out");
    }
    return Discipline.STATIC;
  }

  private static Duration timeout(SettingsReader reader, ConfigOption<Duration> option) {
    return reader.get(
        option,
        v -> v.compareTo(Duration.ofSeconds(1)) >= 0 && v.compareTo(Duration.ofDays(1)) <= 0,
        "must lie between 1 s and 1 d");
  }

  private static int width(SettingsReader reader) {
    String width =
        reader.get(
            ENGINE_WIDTH,
            v -> v.matches("auto|[1-9]\\d{0,5}"),
            "must be auto, or a number of rows from 1 to 999999");
    return width.matches("\\d{1,6}") ? Integer.parseInt(width) : EngineOptions.AUTO_WIDTH;
  }

  private static long maxWaitMillis(SettingsReader reader) {
    Duration longest = Duration.ofDays(365);
    Duration wait =
        reader.get(
            ENGINE_MAX_WAIT,
            v -> v.compareTo(Duration.ofMillis(1)) >= 0 && v.compareTo(longest) <= 0,
            "must lie between 1 ms and 365 d");
    // Problems are reported after all options are read, so toMillis must not overflow here.
    return wait == null || wait.compareTo(longest) > 0 ? EngineOptions.NO_LIMIT : wait.toMillis();
  }

  /**
   * The default is fifo if responses keep the order of the input: an answer that is done early
   * would have to wait for the requests before it.
   */
  private static AdmissionOrder admissionOrder(SettingsReader reader, OutputOrder outputOrder) {
    return outputOrder == OutputOrder.INPUT && !reader.isSet(ENGINE_ORDER)
        ? AdmissionOrder.FIFO
        : reader.oneOf(ENGINE_ORDER);
  }
}
