package io.lengthwise.job.config;

import static io.lengthwise.job.config.LengthwiseOptions.DEFAULTS_ANSWER_LENGTH;
import static io.lengthwise.job.config.LengthwiseOptions.DEFAULTS_MAX_TOKENS;
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
import static io.lengthwise.job.config.LengthwiseOptions.GENERATION_PARALLELISM;
import static io.lengthwise.job.config.LengthwiseOptions.JOB_MAX_PARALLELISM;
import static io.lengthwise.job.config.LengthwiseOptions.JOB_NAME;
import static io.lengthwise.job.config.LengthwiseOptions.JOB_PARALLELISM;
import static io.lengthwise.job.config.LengthwiseOptions.LIMITS_LOGIT_BIAS;
import static io.lengthwise.job.config.LengthwiseOptions.LIMITS_STOP_LENGTH;
import static io.lengthwise.job.config.LengthwiseOptions.LIMITS_STOP_STRINGS;
import static io.lengthwise.job.config.LengthwiseOptions.LIMITS_STOP_TOKEN_IDS;
import static io.lengthwise.job.config.LengthwiseOptions.MODEL_DEVICE;
import static io.lengthwise.job.config.LengthwiseOptions.MODEL_NAME;
import static io.lengthwise.job.config.LengthwiseOptions.MODEL_PATH;
import static io.lengthwise.job.config.LengthwiseOptions.MODEL_WEIGHTS;
import static io.lengthwise.job.config.LengthwiseOptions.OUTPUT_ORDER;
import static io.lengthwise.job.config.LengthwiseOptions.PREDICTOR;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_MAX_RECORD_SIZE;

import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.job.record.RequestLimits;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictionOptions;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Everything a job is told, checked.
 *
 * @param name the job's name in Flink
 * @param parallelism subtasks of every operator, 0 for Flink's default
 * @param maxParallelism the most subtasks the job can be rescaled to
 * @param model which model runs where
 * @param limits what a record may ask for
 * @param defaultMaxTokens the most tokens of an answer whose request names no limit
 * @param prediction how answer lengths are predicted
 * @param batching how micro-batches are formed
 * @param engine how the engine batches
 * @param generationParallelism subtasks of the generation, 0 for the job's parallelism
 * @param outputOrder the order of the responses
 * @param kafka where records come from and go, null for a job over files
 */
public record JobSettings(
    String name,
    int parallelism,
    int maxParallelism,
    ModelSpec model,
    RequestLimits limits,
    int defaultMaxTokens,
    PredictionOptions prediction,
    BatchingSettings batching,
    EngineOptions engine,
    int generationParallelism,
    OutputOrder outputOrder,
    KafkaSettings kafka) {

  /**
   * The settings of a job that reads and writes Kafka.
   *
   * @throws org.apache.flink.configuration.IllegalConfigurationException naming every option that
   *     is missing or wrong, one a line
   */
  public static JobSettings of(Configuration configuration) {
    return read(configuration, true);
  }

  /**
   * The settings of a job whose records come from elsewhere; options of Kafka are not read.
   *
   * @throws org.apache.flink.configuration.IllegalConfigurationException as {@link #of} does
   */
  public static JobSettings withoutKafka(Configuration configuration) {
    return read(configuration, false);
  }

  private static JobSettings read(Configuration configuration, boolean withKafka) {
    SettingsReader reader = new SettingsReader(configuration);
    OptionKeys.unknown(configuration.keySet()).forEach(reader::problem);
    int maxParallelism =
        reader.get(JOB_MAX_PARALLELISM, v -> v >= 1 && v <= 32768, "must lie between 1 and 32768");
    ModelSpec model = model(reader);
    OutputOrder outputOrder = reader.oneOf(OUTPUT_ORDER);
    BatchingSettings batching = BatchingSettings.read(reader);
    JobSettings settings =
        new JobSettings(
            reader.require(JOB_NAME, "name the job"),
            parallelism(reader, JOB_PARALLELISM, maxParallelism),
            maxParallelism,
            model,
            limits(reader, model.name()),
            reader.atLeast(1, DEFAULTS_MAX_TOKENS),
            new PredictionOptions(
                reader.oneOf(PREDICTOR), reader.atLeast(1, DEFAULTS_ANSWER_LENGTH)),
            batching,
            engine(reader, model, batching, outputOrder),
            parallelism(reader, GENERATION_PARALLELISM, maxParallelism),
            outputOrder,
            withKafka ? KafkaOptions.read(reader) : null);
    reader.check();
    return settings;
  }

  private static int parallelism(
      SettingsReader reader, ConfigOption<Integer> option, int maxParallelism) {
    Integer value =
        reader.get(
            option,
            v -> v >= 1 && v <= maxParallelism,
            "must be at least 1 and at most job.max-parallelism, " + maxParallelism);
    return value == null ? 0 : value;
  }

  private static ModelSpec model(SettingsReader reader) {
    String path =
        reader.require(
            MODEL_PATH,
            "name a Hugging Face folder or a GGUF file that every TaskManager can read");
    String name = reader.get(MODEL_NAME, v -> !v.isBlank(), "must not be blank");
    String device =
        reader.get(
            MODEL_DEVICE,
            v -> v.matches("cpu|cuda|cuda:\\d{1,3}"),
            "must be cpu, cuda, or cuda: and a number such as cuda:0");
    return new ModelSpec(
        name != null ? name : nameOf(path), path, device, reader.oneOf(MODEL_WEIGHTS));
  }

  private static String nameOf(String path) {
    if (path == null) {
      return "";
    }
    String trimmed = path.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1).replaceFirst("\\.gguf$", "");
  }

  private static RequestLimits limits(SettingsReader reader, String model) {
    return new RequestLimits(
        model,
        bytes(reader, REQUESTS_MAX_RECORD_SIZE, 1024, 64 << 20),
        reader.atLeast(0, LIMITS_STOP_STRINGS),
        reader.atLeast(1, LIMITS_STOP_LENGTH),
        reader.atLeast(0, LIMITS_STOP_TOKEN_IDS),
        reader.atLeast(0, LIMITS_LOGIT_BIAS));
  }

  /** A small model prefills 512 tokens in about a second on two cores, a GPU 2,048 in less. */
  private static int prefillChunk(SettingsReader reader, ModelSpec model) {
    if (reader.isSet(ENGINE_PREFILL_CHUNK)) {
      return reader.atLeast(1, ENGINE_PREFILL_CHUNK);
    }
    return model.device().equals("cpu") ? 512 : 2048;
  }

  /** Groups are static; whoever asks for something else is told so. */
  private static Discipline discipline(SettingsReader reader, BatchingSettings batching) {
    Discipline discipline = reader.oneOf(ENGINE_DISCIPLINE);
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

  private static EngineOptions engine(
      SettingsReader reader, ModelSpec model, BatchingSettings batching, OutputOrder outputOrder) {
    MemorySize memory =
        reader.get(ENGINE_MEMORY, v -> v.getBytes() >= 1 << 20, "must be at least 1 mb");
    double quantile =
        reader.get(ENGINE_RESERVE_QUANTILE, v -> v > 0 && v < 1, "must lie between 0 and 1");
    return new EngineOptions(
        new Batching(
            discipline(reader, batching),
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
    // A wrong value is reported when all are read; until then it must not overflow.
    return wait == null || wait.compareTo(longest) > 0 ? EngineOptions.NO_LIMIT : wait.toMillis();
  }

  /** Short answers that overtake gain nothing where they have to wait for what they overtook. */
  private static AdmissionOrder admissionOrder(SettingsReader reader, OutputOrder outputOrder) {
    return outputOrder == OutputOrder.INPUT && !reader.isSet(ENGINE_ORDER)
        ? AdmissionOrder.FIFO
        : reader.oneOf(ENGINE_ORDER);
  }

  static int bytes(SettingsReader reader, ConfigOption<MemorySize> option, int least, int most) {
    MemorySize size =
        reader.get(
            option,
            v -> v.getBytes() >= least && v.getBytes() <= most,
            "must lie between %s and %s"
                .formatted(new MemorySize(least), MemorySize.ofMebiBytes(most >> 20)));
    return (int) Math.min(size.getBytes(), most);
  }
}
