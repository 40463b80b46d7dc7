package io.lengthwise.job.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.lengthwise.batching.BatchingMode;
import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.prediction.PredictorName;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Every option of the job, in the order of the table in {@code docs/options.md}.
 *
 * <p>Flink's own options stand beside them in the same file and under their own names, for example
 * {@code execution.checkpointing.interval}.
 */
public final class LengthwiseOptions {

  public static final ConfigOption<String> JOB_NAME =
      key("job.name")
          .stringType()
          .defaultValue("lengthwise")
          .withDescription("The job's name in Flink.");

  public static final ConfigOption<Integer> JOB_PARALLELISM =
      key("job.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription("Subtasks of every operator; Flink's parallelism.default if not set.");

  public static final ConfigOption<Integer> JOB_MAX_PARALLELISM =
      key("job.max-parallelism")
          .intType()
          .defaultValue(128)
          .withDescription(
              "The most subtasks the job can ever be rescaled to; changing it makes old savepoints"
                  + " useless.");

  public static final ConfigOption<String> MODEL_PATH =
      key("model.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A Hugging Face folder or a GGUF file, the same on every TaskManager; required.");

  public static final ConfigOption<String> MODEL_NAME =
      key("model.name")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The name that requests ask for and responses carry; the last part of model.path"
                  + " without .gguf if not set.");

  public static final ConfigOption<String> MODEL_DEVICE =
      key("model.device")
          .stringType()
          .defaultValue("cpu")
          .withDescription(
              "cpu, cuda, or cuda:N. With cuda a subtask takes the GPU with the fewest users: of those that Flink"
                  + " assigned to its TaskManager (external resource gpu), or else of the machine.");

  public static final ConfigOption<WeightType> MODEL_WEIGHTS =
      key("model.weights")
          .enumType(WeightType.class)
          .defaultValue(WeightType.AUTO)
          .withDescription(
              "The numbers of the linear layers: auto, float32, int8 (CPU), bfloat16 or float16"
                  + " (CUDA).");

  public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
      key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("Kafka brokers as host:port, separated by commas; required.");

  public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES =
      key("kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Any property of Kafka's clients (TLS, SASL), for all of them:"
                  + " kafka.properties.security.protocol.");

  public static final ConfigOption<Map<String, String>> KAFKA_SOURCE_PROPERTIES =
      key("kafka.source.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of the consumers alone: kafka.source.properties.max.poll.records.");

  public static final ConfigOption<Map<String, String>> KAFKA_SINK_PROPERTIES =
      key("kafka.sink.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of the producers alone: kafka.sink.properties.compression.type.");

  public static final ConfigOption<List<String>> REQUESTS_TOPICS =
      key("requests.topics")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "The topics requests are read from; this or requests.topic-pattern is required.");

  public static final ConfigOption<String> REQUESTS_TOPIC_PATTERN =
      key("requests.topic-pattern")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A regular expression that the whole name of a request topic matches, in place of"
                  + " requests.topics.");

  public static final ConfigOption<String> REQUESTS_GROUP_ID =
      key("requests.group-id")
          .stringType()
          .defaultValue("lengthwise")
          .withDescription("The consumer group under which offsets are committed.");

  public static final ConfigOption<String> REQUESTS_STARTING_OFFSETS =
      key("requests.starting-offsets")
          .stringType()
          .defaultValue("committed")
          .withDescription(
              "Where a job without a savepoint begins: committed (earliest where the group has"
                  + " none), earliest, latest, or timestamp: with epoch milliseconds or an ISO-8601"
                  + " instant.");

  public static final ConfigOption<Boolean> REQUESTS_BOUNDED =
      key("requests.bounded")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the job ends at the offsets that are the latest at its start, those of the"
                  + " lengths included: what it answers teaches the next job.");

  public static final ConfigOption<MemorySize> REQUESTS_MAX_RECORD_SIZE =
      key("requests.max-record-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(4))
          .withDescription("A record with a larger value is a dead letter and is not parsed.");

  public static final ConfigOption<String> RESPONSES_TOPIC =
      key("responses.topic")
          .stringType()
          .defaultValue("lengthwise-responses")
          .withDescription("The topic of the responses.");

  public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
      key("dead-letters.topic")
          .stringType()
          .defaultValue("lengthwise-dead-letters")
          .withDescription("The topic of the records that no response can be addressed for.");

  public static final ConfigOption<Boolean> LENGTHS_LEARN =
      key("lengths.learn")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job writes the lengths of its answers to a topic and learns from what it"
                  + " reads there.");

  public static final ConfigOption<String> LENGTHS_TOPIC =
      key("lengths.topic")
          .stringType()
          .defaultValue("lengthwise-lengths")
          .withDescription(
              "The topic of the lengths, read from its beginning by a job without a savepoint; jobs"
                  + " that serve the same model may share it.");

  public static final ConfigOption<List<String>> LENGTHS_HISTORY_TOPICS =
      key("lengths.history-topics")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Further topics of lengths, read from their beginning and never written, from which a"
                  + " new job learns what another job's answers of the same model.name taught.");

  public static final ConfigOption<DeliveryGuarantee> DELIVERY_GUARANTEE =
      key("delivery.guarantee")
          .enumType(DeliveryGuarantee.class)
          .defaultValue(DeliveryGuarantee.AT_LEAST_ONCE)
          .withDescription(
              "at-least-once (a failure may repeat responses), or exactly-once (in transactions:"
                  + " read_committed consumers see responses at checkpoints).");

  public static final ConfigOption<String> DELIVERY_TRANSACTIONAL_ID_PREFIX =
      key("delivery.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Begins the ids of exactly-once transactions, which require it: a word of its own for"
                  + " every job on one Kafka, kept when the job goes on from a savepoint.");

  public static final ConfigOption<Duration> DELIVERY_TRANSACTION_TIMEOUT =
      key("delivery.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "When the broker aborts an open transaction: longer than the checkpoint interval and"
                  + " a recovery, and at most the broker's transaction.max.timeout.ms.");

  public static final ConfigOption<MemorySize> DELIVERY_MAX_RECORD_SIZE =
      key("delivery.max-record-size")
          .memoryType()
          .defaultValue(new MemorySize(1_000_000))
          .withDescription(
              "The largest record the job writes, at most the topics' max.message.bytes; what is"
                  + " larger is cut (dead letters) or answered by an error (responses).");

  public static final ConfigOption<OutputOrder> OUTPUT_ORDER =
      key("output.order")
          .enumType(OutputOrder.class)
          .defaultValue(OutputOrder.COMPLETION)
          .withDescription(
              "completion (responses come as they are done) or input (those of one record key come"
                  + " as their requests were read, and without a key as in their partition;"
                  + " engine.order is fifo then unless it is set).");

  public static final ConfigOption<Integer> DEFAULTS_MAX_TOKENS =
      key("defaults.max-tokens")
          .intType()
          .defaultValue(256)
          .withDescription("The most tokens of an answer whose request names no limit.");

  public static final ConfigOption<Integer> DEFAULTS_ANSWER_LENGTH =
      key("defaults.answer-length")
          .intType()
          .defaultValue(128)
          .withDescription(
              "Tokens of a usual answer: what is predicted until the lengths of some are known.");

  public static final ConfigOption<Integer> LIMITS_STOP_STRINGS =
      key("limits.stop-strings")
          .intType()
          .defaultValue(4)
          .withDescription("The most stop strings of a request.");

  public static final ConfigOption<Integer> LIMITS_STOP_LENGTH =
      key("limits.stop-length")
          .intType()
          .defaultValue(512)
          .withDescription("The most characters of a stop string.");

  public static final ConfigOption<Integer> LIMITS_STOP_TOKEN_IDS =
      key("limits.stop-token-ids")
          .intType()
          .defaultValue(64)
          .withDescription("The most stop token ids of a request.");

  public static final ConfigOption<Integer> LIMITS_LOGIT_BIAS =
      key("limits.logit-bias")
          .intType()
          .defaultValue(1024)
          .withDescription("The most tokens whose logits a request shifts.");

  public static final ConfigOption<PredictorName> PREDICTOR =
      key("predictor")
          .enumType(PredictorName.class)
          .defaultValue(PredictorName.ONLINE)
          .withDescription(
              "How answer lengths are predicted: online (learns from the prompts' words), constant"
                  + " (the median of the latest), perception (the served model is asked) or"
                  + " hidden-state (learns from its hidden states of the prompt).");

  public static final ConfigOption<BatchingMode> BATCHING_MODE =
      key("batching.mode")
          .enumType(BatchingMode.class)
          .defaultValue(BatchingMode.BUCKET)
          .withDescription(
              "How micro-batches are formed: bucket (by predicted length), group (the paper's: in"
                  + " order of arrival, split by the engine, which is then static) or none (each"
                  + " request by itself).");

  public static final ConfigOption<String> BATCHING_BUCKETS =
      key("batching.buckets")
          .stringType()
          .defaultValue(LengthBuckets.DEFAULT.toString())
          .withDescription(
              "The length buckets as bound:size, in tokens and in requests at which a micro-batch"
                  + " is full, where longer answers share the last; or learned, or learned:N: N (5)"
                  + " buckets that get equally many requests each. With groups, the sizes of their"
                  + " batches.");

  public static final ConfigOption<Duration> BATCHING_MAX_WAIT =
      key("batching.max-wait")
          .durationType()
          .defaultValue(Duration.ofMillis(50))
          .withDescription("The longest a request waits for its micro-batch to fill.");

  public static final ConfigOption<Integer> BATCHING_GROUP_SIZE =
      key("batching.group.size")
          .intType()
          .defaultValue(SequenceOptions.DEFAULT.groupSize())
          .withDescription("Requests of a group.");

  public static final ConfigOption<Duration> BATCHING_GROUP_MAX_WAIT =
      key("batching.group.max-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "The longest a request waits for its group to fill, in place of batching.max-wait.");

  public static final ConfigOption<Boolean> BATCHING_GROUP_BINNING =
      key("batching.group.binning")
          .booleanType()
          .defaultValue(SequenceOptions.DEFAULT.binning())
          .withDescription("Whether predicted lengths are rounded up to multiples of 50 tokens.");

  public static final ConfigOption<Boolean> BATCHING_GROUP_VARIABLE_BATCH_SIZE =
      key("batching.group.variable-batch-size")
          .booleanType()
          .defaultValue(SequenceOptions.DEFAULT.variableBatchSize())
          .withDescription("Whether a batch is as wide as batching.buckets says for its length.");

  public static final ConfigOption<Integer> BATCHING_GROUP_BATCH_SIZE =
      key("batching.group.batch-size")
          .intType()
          .defaultValue(SequenceOptions.DEFAULT.batchSize())
          .withDescription(
              "Rows of a batch where the size does not vary, and of those that run again.");

  public static final ConfigOption<Recomputation> BATCHING_GROUP_RECOMPUTATION =
      key("batching.group.recomputation")
          .enumType(Recomputation.class)
          .defaultValue(SequenceOptions.DEFAULT.recomputation())
          .withDescription(
              "What becomes of rows longer than predicted: continue (they stop at the batch's cap"
                  + " and go on after the group), restart (the paper's: they begin again) or none"
                  + " (no cap).");

  public static final ConfigOption<Double> BATCHING_GROUP_QUANTILE =
      key("batching.group.quantile")
          .doubleType()
          .defaultValue(SequenceOptions.DEFAULT.quantile())
          .withDescription(
              "The quantile of the predicted length by which a group is split, 0 for its mean.");

  public static final ConfigOption<Discipline> ENGINE_DISCIPLINE =
      key("engine.discipline")
          .enumType(Discipline.class)
          .defaultValue(Discipline.REFILL)
          .withDescription(
              "refill (a waiting row takes a place the moment one ends) or static (the paper's"
                  + " batches, one at a time). Groups are always static.");

  public static final ConfigOption<AdmissionOrder> ENGINE_ORDER =
      key("engine.order")
          .enumType(AdmissionOrder.class)
          .defaultValue(AdmissionOrder.SHORTEST_FIRST)
          .withDescription(
              "Which waiting row is admitted next: shortest-first (with ageing), fifo, longest-first,"
                  + " least-remaining (predicted again while rows run, long ones give way) or"
                  + " risk-aware (mean and tail of the predicted length, with ageing).");

  public static final ConfigOption<Duration> ENGINE_MAX_WAIT =
      key("engine.max-wait")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "A request that has waited longer since the job read it goes before all of its"
                  + " priority that have not, whatever the order; no limit if not set.");

  public static final ConfigOption<MemorySize> ENGINE_MEMORY =
      key("engine.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1024))
          .withDescription("What the key-value cache takes on the device, allocated once.");

  public static final ConfigOption<String> ENGINE_WIDTH =
      key("engine.width")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "The most rows that decode together: a number, or auto (the engine measures steps"
                  + " of 1, 2, 4 and more rows when it starts, and takes the fewest that make nearly"
                  + " the most tokens a second).");

  public static final ConfigOption<Integer> ENGINE_SEGMENT_STEPS =
      key("engine.segment-steps")
          .intType()
          .defaultValue(16)
          .withDescription("The most decode steps between two looks at the queue.");

  public static final ConfigOption<Integer> ENGINE_PREFILL_CHUNK =
      key("engine.prefill.chunk")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The most prompt tokens prefilled before the rows that run decode again; 512 on a CPU"
                  + " and 2048 on a GPU if not set.");

  public static final ConfigOption<Boolean> ENGINE_PREFILL_REUSE =
      key("engine.prefill.reuse")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the tokens with which several prompts begin, such as a system prompt, are"
                  + " prefilled once and copied.");

  public static final ConfigOption<Double> ENGINE_RESERVE_QUANTILE =
      key("engine.reserve-quantile")
          .doubleType()
          .defaultValue(0.9)
          .withDescription(
              "A row gets room in the cache for its prompt and this quantile of its predicted"
                  + " length.");

  public static final ConfigOption<Integer> ENGINE_LOOKUP =
      key("engine.lookup")
          .intType()
          .defaultValue(0)
          .withDescription(
              "The most tokens that a decode step drafts for a row from what followed where its"
                  + " latest tokens stood before, in its prompt or answer; those that it would"
                  + " generate anyway it gets at once. 8 suits answers that quote their prompts; 0"
                  + " for none. Only with refill, while at most four rows decode, of which none has"
                  + " a repetition penalty or a logit bias.");

  public static final ConfigOption<Duration> ENGINE_LOAD_TIMEOUT =
      key("engine.load-timeout")
          .durationType()
          .defaultValue(EngineOptions.LOAD_TIMEOUT)
          .withDescription(
              "If loading the model takes longer, it counts as stuck: the job fails, and the"
                  + " TaskManager's process ends, since nothing else frees the device.");

  public static final ConfigOption<Duration> ENGINE_STEP_TIMEOUT =
      key("engine.step-timeout")
          .durationType()
          .defaultValue(EngineOptions.STEP_TIMEOUT)
          .withDescription(
              "If a cycle of the engine (a chunk of prefill and a segment of decode steps) takes"
                  + " longer, it counts as stuck: the job fails, and the TaskManager's process ends,"
                  + " since nothing else frees the device.");

  public static final ConfigOption<Integer> ENGINE_THREADS =
      key("engine.threads")
          .intType()
          .defaultValue(0)
          .withDescription("CPU threads of the device, 0 for one a core.");

  public static final ConfigOption<Integer> GENERATION_BACKLOG =
      key("generation.backlog")
          .intType()
          .defaultValue(4096)
          .withDescription(
              "The most requests of a generation subtask that the engine holds, waiting and running,"
                  + " restored requests included. engine.order chooses among them. A static batch or"
                  + " group that is larger runs when the engine holds nothing else of the subtask.");

  public static final ConfigOption<Integer> GENERATION_PARALLELISM =
      key("generation.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription("Subtasks of the generation; the job's parallelism if not set.");

  private LengthwiseOptions() {}

  /** All options, in the order they are declared in. */
  public static List<ConfigOption<?>> all() {
    return Arrays.stream(LengthwiseOptions.class.getDeclaredFields())
        .filter(field -> Modifier.isPublic(field.getModifiers()))
        .<ConfigOption<?>>map(
            field -> {
              try {
                return (ConfigOption<?>) field.get(null);
              } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }
}
