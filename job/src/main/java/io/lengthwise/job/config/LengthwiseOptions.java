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
 * The options of the job, in the order of the table in {@code docs/options.md}.
 *
 * <p>The configuration file of a job also has Flink's own options, for example {@code
 * execution.checkpointing.interval}.
 */
public final class LengthwiseOptions {

  public static final ConfigOption<String> JOB_NAME =
      key("job.name")
          .stringType()
          .defaultValue("lengthwise")
          .withDescription("The name of the job in Flink.");

  public static final ConfigOption<Integer> JOB_PARALLELISM =
      key("job.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The number of subtasks of every operator. If not set, Flink's"
                  + " parallelism.default.");

  public static final ConfigOption<Integer> JOB_MAX_PARALLELISM =
      key("job.max-parallelism")
          .intType()
          .defaultValue(128)
          .withDescription(
              "The most subtasks to which the job can be rescaled. A job with another value"
                  + " cannot restore old savepoints.");

  public static final ConfigOption<String> MODEL_PATH =
      key("model.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The path of a Hugging Face folder or a GGUF file. It must be the same on"
                  + " every TaskManager. Required.");

  public static final ConfigOption<String> MODEL_NAME =
      key("model.name")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The name of the model in requests and responses. If not set, the last part"
                  + " of model.path without .gguf.");

  public static final ConfigOption<String> MODEL_DEVICE =
      key("model.device")
          .stringType()
          .defaultValue("cpu")
          .withDescription(
              "cpu, cuda, or cuda:N. With cuda, each subtask takes the GPU with the fewest"
                  + " users, among the GPUs that Flink assigned to its TaskManager (external"
                  + " resource gpu) or, if it assigned none, among those of the machine.");

  public static final ConfigOption<WeightType> MODEL_WEIGHTS =
      key("model.weights")
          .enumType(WeightType.class)
          .defaultValue(WeightType.AUTO)
          .withDescription(
              "The number format of the linear layers: auto, float32, int8 (CPU), bfloat16"
                  + " or float16 (CUDA).");

  public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
      key("kafka.bootstrap-servers")
          .stringType()
          .noDefaultValue()
          .withDescription("The Kafka brokers as host:port, separated by commas. Required.");

  public static final ConfigOption<Map<String, String>> KAFKA_PROPERTIES =
      key("kafka.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of all Kafka clients, for example for TLS and SASL:"
                  + " kafka.properties.security.protocol.");

  public static final ConfigOption<Map<String, String>> KAFKA_SOURCE_PROPERTIES =
      key("kafka.source.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of the consumers only, for example"
                  + " kafka.source.properties.max.poll.records.");

  public static final ConfigOption<Map<String, String>> KAFKA_SINK_PROPERTIES =
      key("kafka.sink.properties")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Properties of the producers only, for example"
                  + " kafka.sink.properties.compression.type.");

  public static final ConfigOption<List<String>> REQUESTS_TOPICS =
      key("requests.topics")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "The topics with the requests. Either this or requests.topic-pattern is"
                  + " required.");

  public static final ConfigOption<String> REQUESTS_TOPIC_PATTERN =
      key("requests.topic-pattern")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A regular expression for the names of the request topics, instead of"
                  + " requests.topics. It must match the whole name.");

  public static final ConfigOption<String> REQUESTS_GROUP_ID =
      key("requests.group-id")
          .stringType()
          .defaultValue("lengthwise")
          .withDescription("The consumer group for which the job commits offsets.");

  public static final ConfigOption<String> REQUESTS_STARTING_OFFSETS =
      key("requests.starting-offsets")
          .stringType()
          .defaultValue("committed")
          .withDescription(
              "Where a job without a savepoint starts to read: committed (earliest if the"
                  + " group has no offsets), earliest, latest, or timestamp: followed by epoch"
                  + " milliseconds or an ISO-8601 instant.");

  public static final ConfigOption<Boolean> REQUESTS_BOUNDED =
      key("requests.bounded")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the job ends at the offsets that are the latest when it starts. This"
                  + " holds for the topics of lengths too, so the job does not learn from its own"
                  + " answers; the next job does.");

  public static final ConfigOption<MemorySize> REQUESTS_MAX_RECORD_SIZE =
      key("requests.max-record-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(4))
          .withDescription(
              "The largest value of a record. A record with a larger value becomes a dead"
                  + " letter and is not parsed.");

  public static final ConfigOption<String> RESPONSES_TOPIC =
      key("responses.topic")
          .stringType()
          .defaultValue("lengthwise-responses")
          .withDescription("The topic of the responses.");

  public static final ConfigOption<String> DEAD_LETTERS_TOPIC =
      key("dead-letters.topic")
          .stringType()
          .defaultValue("lengthwise-dead-letters")
          .withDescription(
              "The topic of the dead letters: records without a usable request id, so that"
                  + " no response is possible.");

  public static final ConfigOption<Boolean> LENGTHS_LEARN =
      key("lengths.learn")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job writes the lengths of its answers to a topic and learns from"
                  + " the lengths in this topic.");

  public static final ConfigOption<String> LENGTHS_TOPIC =
      key("lengths.topic")
          .stringType()
          .defaultValue("lengthwise-lengths")
          .withDescription(
              "The topic of the lengths. A job without a savepoint reads it from the"
                  + " beginning. Jobs with the same model may share it.");

  public static final ConfigOption<List<String>> LENGTHS_HISTORY_TOPICS =
      key("lengths.history-topics")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "More topics of lengths, which the job reads from the beginning and never"
                  + " writes. From them a new job learns the lengths of answers that other jobs"
                  + " with the same model.name gave.");

  public static final ConfigOption<DeliveryGuarantee> DELIVERY_GUARANTEE =
      key("delivery.guarantee")
          .enumType(DeliveryGuarantee.class)
          .defaultValue(DeliveryGuarantee.AT_LEAST_ONCE)
          .withDescription(
              "at-least-once (responses may be repeated after a failure), or exactly-once"
                  + " (responses are written in transactions, so read_committed consumers see them"
                  + " after each checkpoint).");

  public static final ConfigOption<String> DELIVERY_TRANSACTIONAL_ID_PREFIX =
      key("delivery.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The prefix of the transactional ids. Required for exactly-once. Each job on"
                  + " a Kafka cluster needs its own prefix and must keep it when it restores a"
                  + " savepoint.");

  public static final ConfigOption<Duration> DELIVERY_TRANSACTION_TIMEOUT =
      key("delivery.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "The time after which the broker aborts an open transaction. It must be"
                  + " longer than the checkpoint interval plus a recovery, and at most the"
                  + " broker's transaction.max.timeout.ms.");

  public static final ConfigOption<MemorySize> DELIVERY_MAX_RECORD_SIZE =
      key("delivery.max-record-size")
          .memoryType()
          .defaultValue(new MemorySize(1_000_000))
          .withDescription(
              "The largest record that the job writes, at most max.message.bytes of the"
                  + " topics. A larger dead letter is cut; a larger response is replaced by an"
                  + " error.");

  public static final ConfigOption<OutputOrder> OUTPUT_ORDER =
      key("output.order")
          .enumType(OutputOrder.class)
          .defaultValue(OutputOrder.COMPLETION)
          .withDescription(
              "completion (a response is written when it is done) or input (responses with"
                  + " the same record key, or without a key from the same partition, are in the"
                  + " order of their requests; engine.order is then fifo if not set).");

  public static final ConfigOption<Integer> DEFAULTS_MAX_TOKENS =
      key("defaults.max-tokens")
          .intType()
          .defaultValue(256)
          .withDescription("The cap of an answer, in tokens, if its request names none.");

  public static final ConfigOption<Integer> DEFAULTS_ANSWER_LENGTH =
      key("defaults.answer-length")
          .intType()
          .defaultValue(128)
          .withDescription(
              "The length of a typical answer, in tokens. It is the prediction until the"
                  + " lengths of some answers are known.");

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
          .withDescription("The most tokens in the logit_bias of a request.");

  public static final ConfigOption<PredictorName> PREDICTOR =
      key("predictor")
          .enumType(PredictorName.class)
          .defaultValue(PredictorName.ONLINE)
          .withDescription(
              "How answer lengths are predicted: online (learns from the words of prompts),"
                  + " constant (the median of the latest answers), perception (asks the served"
                  + " model) or hidden-state (learns from the hidden states of prompts in the"
                  + " served model).");

  public static final ConfigOption<BatchingMode> BATCHING_MODE =
      key("batching.mode")
          .enumType(BatchingMode.class)
          .defaultValue(BatchingMode.BUCKET)
          .withDescription(
              "How micro-batches are formed: bucket (requests with similar predicted"
                  + " lengths), group (the groups of the paper: requests in order of arrival,"
                  + " which the engine splits into static batches) or none (one request each).");

  public static final ConfigOption<String> BATCHING_BUCKETS =
      key("batching.buckets")
          .stringType()
          .defaultValue(LengthBuckets.DEFAULT.toString())
          .withDescription(
              "The length buckets, as bound:size pairs: the upper bound in tokens, and the"
                  + " number of requests that fill a micro-batch. Longer answers are in the last"
                  + " bucket. Or learned or learned:N: N buckets (default 5) whose bounds are"
                  + " learned so that each gets the same number of requests. In group mode, the"
                  + " sizes of the batches.");

  public static final ConfigOption<Duration> BATCHING_MAX_WAIT =
      key("batching.max-wait")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "The longest time that a request waits for its micro-batch to fill. By default 5 ms,"
                  + " and 50 ms with engine.discipline static, where a fuller micro-batch is a fuller"
                  + " batch.");

  public static final ConfigOption<Integer> BATCHING_GROUP_SIZE =
      key("batching.group.size")
          .intType()
          .defaultValue(SequenceOptions.DEFAULT.groupSize())
          .withDescription("The number of requests in a group.");

  public static final ConfigOption<Duration> BATCHING_GROUP_MAX_WAIT =
      key("batching.group.max-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "The longest time that a request waits for its group to fill. In group mode"
                  + " it replaces batching.max-wait.");

  public static final ConfigOption<Boolean> BATCHING_GROUP_BINNING =
      key("batching.group.binning")
          .booleanType()
          .defaultValue(SequenceOptions.DEFAULT.binning())
          .withDescription("Whether predicted lengths are rounded up to multiples of 50 tokens.");

  public static final ConfigOption<Boolean> BATCHING_GROUP_VARIABLE_BATCH_SIZE =
      key("batching.group.variable-batch-size")
          .booleanType()
          .defaultValue(SequenceOptions.DEFAULT.variableBatchSize())
          .withDescription(
              "Whether the size of a batch depends on its length, as batching.buckets"
                  + " defines.");

  public static final ConfigOption<Integer> BATCHING_GROUP_BATCH_SIZE =
      key("batching.group.batch-size")
          .intType()
          .defaultValue(SequenceOptions.DEFAULT.batchSize())
          .withDescription(
              "The number of rows of a batch if the size does not depend on the length, and"
                  + " of a batch of rows that run again.");

  public static final ConfigOption<Recomputation> BATCHING_GROUP_RECOMPUTATION =
      key("batching.group.recomputation")
          .enumType(Recomputation.class)
          .defaultValue(SequenceOptions.DEFAULT.recomputation())
          .withDescription(
              "What happens to capped rows, whose answers are longer than predicted:"
                  + " continue (they stop at the batch's cap and continue after the group),"
                  + " restart (they start again after the group, as in the paper) or none (batches"
                  + " have no cap).");

  public static final ConfigOption<Double> BATCHING_GROUP_QUANTILE =
      key("batching.group.quantile")
          .doubleType()
          .defaultValue(SequenceOptions.DEFAULT.quantile())
          .withDescription(
              "The quantile of the predicted length by which a group is split. 0 means the"
                  + " mean.");

  public static final ConfigOption<Discipline> ENGINE_DISCIPLINE =
      key("engine.discipline")
          .enumType(Discipline.class)
          .defaultValue(Discipline.REFILL)
          .withDescription(
              "refill (when a row ends, a waiting row is admitted at once) or static (the"
                  + " paper's batches, one at a time). Groups are always static.");

  public static final ConfigOption<AdmissionOrder> ENGINE_ORDER =
      key("engine.order")
          .enumType(AdmissionOrder.class)
          .defaultValue(AdmissionOrder.SHORTEST_FIRST)
          .withDescription(
              "Which waiting row is admitted next: shortest-first (with ageing), fifo,"
                  + " longest-first, least-remaining (predicted again while rows run; long rows"
                  + " give way) or risk-aware (by the mean and the tail of the predicted length,"
                  + " with ageing).");

  public static final ConfigOption<Duration> ENGINE_MAX_WAIT =
      key("engine.max-wait")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "A request that has waited longer than this since the job read it is admitted"
                  + " before all requests of its priority that have not, in any order. If not set,"
                  + " there is no limit.");

  public static final ConfigOption<MemorySize> ENGINE_MEMORY =
      key("engine.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1024))
          .withDescription("The size of the key-value cache on the device. It is allocated once.");

  public static final ConfigOption<String> ENGINE_WIDTH =
      key("engine.width")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "The most rows that decode together: a number, or auto (when the engine"
                  + " starts, it measures decode steps of 1, 2, 4 and more rows, and takes the"
                  + " fewest rows with nearly the highest throughput).");

  public static final ConfigOption<Integer> ENGINE_SEGMENT_STEPS =
      key("engine.segment-steps")
          .intType()
          .defaultValue(16)
          .withDescription(
              "The most decode steps of a segment. Waiting rows are admitted between"
                  + " segments.");

  public static final ConfigOption<Integer> ENGINE_PREFILL_CHUNK =
      key("engine.prefill.chunk")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The most prompt tokens that are prefilled before running rows decode again."
                  + " If not set, 512 on a CPU and 2048 on a GPU.");

  public static final ConfigOption<Boolean> ENGINE_PREFILL_REUSE =
      key("engine.prefill.reuse")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether a prefix that several prompts share, such as a system prompt, is"
                  + " prefilled once and copied.");

  public static final ConfigOption<Double> ENGINE_RESERVE_QUANTILE =
      key("engine.reserve-quantile")
          .doubleType()
          .defaultValue(0.9)
          .withDescription(
              "The slot of a row in the key-value cache has cells for its prompt and for"
                  + " this quantile of its predicted length.");

  public static final ConfigOption<Integer> ENGINE_LOOKUP =
      key("engine.lookup")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Prompt lookup: the most tokens that a decode step drafts for a row. The"
                  + " draft is the text that followed the latest tokens of the row earlier in its"
                  + " prompt or answer. Drafted tokens are accepted only if the row would generate"
                  + " them anyway. 8 suits answers that quote their prompts; 0 means off. It works"
                  + " only with refill, while at most four rows decode and none of them has a"
                  + " repetition penalty or a logit bias.");

  public static final ConfigOption<Duration> ENGINE_LOAD_TIMEOUT =
      key("engine.load-timeout")
          .durationType()
          .defaultValue(EngineOptions.LOAD_TIMEOUT)
          .withDescription(
              "The longest time for loading the model. After it the model counts as stuck:"
                  + " the job fails, and the TaskManager's process ends, since nothing else frees"
                  + " the device.");

  public static final ConfigOption<Duration> ENGINE_STEP_TIMEOUT =
      key("engine.step-timeout")
          .durationType()
          .defaultValue(EngineOptions.STEP_TIMEOUT)
          .withDescription(
              "The longest time for a cycle of the engine (a chunk of prefill and a segment"
                  + " of decode steps). After it the engine counts as stuck: the job fails, and"
                  + " the TaskManager's process ends, since nothing else frees the device.");

  public static final ConfigOption<Integer> ENGINE_THREADS =
      key("engine.threads")
          .intType()
          .defaultValue(0)
          .withDescription("The number of CPU threads of the device. 0 means one for each core.");

  public static final ConfigOption<Integer> GENERATION_BACKLOG =
      key("generation.backlog")
          .intType()
          .defaultValue(4096)
          .withDescription(
              "The most requests that the engine holds for a generation subtask, waiting"
                  + " and running, restored requests included. engine.order chooses among them. A"
                  + " larger static batch or group runs when the engine holds nothing else of the"
                  + " subtask.");

  public static final ConfigOption<Integer> GENERATION_PARALLELISM =
      key("generation.parallelism")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The number of subtasks of the generation. If not set, the job's parallelism.");

  private LengthwiseOptions() {}

  /** All options, in the order of their declaration. */
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
