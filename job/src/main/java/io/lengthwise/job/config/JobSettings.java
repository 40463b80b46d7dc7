package io.lengthwise.job.config;

import static io.lengthwise.job.config.LengthwiseOptions.DEFAULTS_ANSWER_LENGTH;
import static io.lengthwise.job.config.LengthwiseOptions.DEFAULTS_MAX_TOKENS;
import static io.lengthwise.job.config.LengthwiseOptions.ENGINE_DISCIPLINE;
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

import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.job.record.RequestLimits;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictionOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * The checked settings of a job.
 *
 * @param name the name of the job in Flink
 * @param parallelism the number of subtasks of every operator, 0 for Flink's default
 * @param maxParallelism the most subtasks to which the job can be rescaled
 * @param model the model and its device
 * @param limits the limits of a record
 * @param defaultMaxTokens the cap of an answer if its request names none
 * @param prediction how answer lengths are predicted
 * @param batching how micro-batches are formed
 * @param engine the options of the engine
 * @param generationParallelism the number of subtasks of the generation, 0 for the job's
 *     parallelism
 * @param outputOrder the order of the responses
 * @param kafka the topics and the clients, null for a job that reads and writes files
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
   * Reads the settings of a job that reads and writes Kafka topics.
   *
   * @throws org.apache.flink.configuration.IllegalConfigurationException with one line for every
   *     option that is missing or wrong
   */
  public static JobSettings of(Configuration configuration) {
    return read(configuration, true);
  }

  /**
   * Reads the settings of a job without Kafka. The options of Kafka are ignored.
   *
   * @throws org.apache.flink.configuration.IllegalConfigurationException as {@link #of}
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
    Discipline discipline = reader.oneOf(ENGINE_DISCIPLINE);
    BatchingSettings batching = BatchingSettings.read(reader, discipline);
    JobSettings settings =
        new JobSettings(
            reader.require(JOB_NAME, "name the job"),
            parallelism(reader, JOB_PARALLELISM, maxParallelism),
            maxParallelism,
            model,
            limits(reader, model.name()),
            reader.atLeast(1, DEFAULTS_MAX_TOKENS),
            prediction(reader),
            batching,
            EngineSettings.read(reader, model, discipline, batching, outputOrder),
            parallelism(reader, GENERATION_PARALLELISM, maxParallelism),
            outputOrder,
            withKafka ? KafkaOptions.read(reader) : null);
    reader.check();
    return settings;
  }

  private static PredictionOptions prediction(SettingsReader reader) {
    return new PredictionOptions(
        reader.oneOf(PREDICTOR), reader.atLeast(1, DEFAULTS_ANSWER_LENGTH));
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
