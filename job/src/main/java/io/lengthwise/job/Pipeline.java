package io.lengthwise.job;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.batching.MicroBatches;
import io.lengthwise.generation.GenerationOperatorFactory;
import io.lengthwise.generation.PromptProbeOperatorFactory;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputOrderFunction;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.job.record.OutputPosition;
import io.lengthwise.job.record.ParseFunction;
import io.lengthwise.model.PromptEncodingFunction;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.LengthPredictions;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The operators between the source and the sinks.
 *
 * <p>Every operator has a uid. Savepoints contain it, so it never changes.
 */
public final class Pipeline {

  private Pipeline() {}

  /**
   * The streams that the sinks write. Each record becomes one element of {@code responses} or of
   * {@code deadLetters}.
   *
   * @param responses answers, and errors of requests whose id is known
   * @param deadLetters records that no response can be addressed for
   * @param lengths beside the two, the length of every answer
   */
  public record Streams(
      DataStream<GenerationResult> responses,
      DataStream<DeadLetter> deadLetters,
      DataStream<CompletedLength> lengths) {}

  /**
   * Sets up an environment for the job; call it before the first operator is added.
   *
   * <p>Generic types are refused, so that no state is written in a format that cannot evolve.
   */
  public static void configure(StreamExecutionEnvironment environment, JobSettings settings) {
    environment.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    environment.setMaxParallelism(settings.maxParallelism());
    if (settings.parallelism() > 0) {
      environment.setParallelism(settings.parallelism());
    }
  }

  /** Adds the operators to the job of a stream of records. The predictor does not learn. */
  public static Streams build(DataStream<InputRecord> records, JobSettings settings) {
    return build(
        records, settings, encoded -> LengthPredictions.of(encoded, settings.prediction()));
  }

  /**
   * Adds operators with a predictor that learns.
   *
   * @param lengths of finished answers of this job or another; every subtask reads all of them
   */
  public static Streams build(
      DataStream<InputRecord> records, DataStream<CompletedLength> lengths, JobSettings settings) {
    return build(
        records,
        settings,
        encoded -> LengthPredictions.of(encoded, lengths, settings.prediction()));
  }

  private static Streams build(
      DataStream<InputRecord> records,
      JobSettings settings,
      Function<DataStream<EncodedRequest>, SingleOutputStreamOperator<PredictedRequest>> predict) {
    SingleOutputStreamOperator<GenerationRequest> parsed = parse(records, settings);
    SingleOutputStreamOperator<EncodedRequest> encoded = encode(parsed, settings);
    int parallelism = generationParallelism(records, settings);
    SingleOutputStreamOperator<PredictedRequest> predicted =
        predict.apply(probe(encoded, settings, parallelism));
    SingleOutputStreamOperator<MicroBatch> batches =
        MicroBatches.of(
            predicted, settings.batching().options(parallelism, settings.maxParallelism()));
    SingleOutputStreamOperator<GenerationResult> answers = generate(batches, settings, parallelism);
    DataStream<GenerationResult> responses =
        answers.union(
            parsed.getSideOutput(ParseFunction.REFUSALS),
            encoded.getSideOutput(PromptEncodingFunction.REFUSED));
    DataStream<GenerationResult> inOrder =
        switch (settings.outputOrder()) {
          case COMPLETION -> responses;
          case INPUT -> order(responses, parsed.getSideOutput(ParseFunction.POSITIONS));
        };
    return new Streams(
        inOrder,
        parsed.getSideOutput(ParseFunction.DEAD_LETTERS),
        answers.getSideOutput(GenerationOperatorFactory.LENGTHS));
  }

  /** The parser has the parallelism of the source, so that each subtask gets whole partitions. */
  private static SingleOutputStreamOperator<GenerationRequest> parse(
      DataStream<InputRecord> records, JobSettings settings) {
    return records
        .process(new ParseFunction(settings.limits()))
        .returns(TypeInformation.of(GenerationRequest.class))
        .name("parse")
        .uid("parse")
        .setParallelism(records.getParallelism());
  }

  private static SingleOutputStreamOperator<EncodedRequest> encode(
      DataStream<GenerationRequest> requests, JobSettings settings) {
    return requests
        .process(new PromptEncodingFunction(settings.model(), settings.defaultMaxTokens()))
        .returns(TypeInformation.of(EncodedRequest.class))
        .name("encode")
        .uid("encode");
  }

  /**
   * Probes the model about each prompt, if the predictor needs it. The operator has the parallelism
   * of the generation, so that no TaskManager loads the model only for probes.
   */
  private static DataStream<EncodedRequest> probe(
      DataStream<EncodedRequest> requests, JobSettings settings, int parallelism) {
    PredictorName predictor = settings.prediction().predictor();
    return !predictor.asksModel()
        ? requests
        : requests
            .transform(
                "probe-prompt",
                TypeInformation.of(EncodedRequest.class),
                new PromptProbeOperatorFactory(settings.model(), settings.engine(), predictor))
            .name("probe-prompt")
            .uid("probe-prompt")
            .setParallelism(parallelism);
  }

  private static SingleOutputStreamOperator<GenerationResult> generate(
      DataStream<MicroBatch> batches, JobSettings settings, int parallelism) {
    return batches
        .transform(
            "generate",
            TypeInformation.of(GenerationResult.class),
            new GenerationOperatorFactory(settings.model(), settings.engine()))
        .name("generate")
        .uid(generationUid(settings))
        .setParallelism(parallelism)
        .setMaxParallelism(settings.maxParallelism());
  }

  /**
   * The uid depends on the order of the output. So Flink refuses to restore requests in flight of a
   * job with another order: they have no positions, and their responses would be held for ever.
   */
  private static String generationUid(JobSettings settings) {
    return switch (settings.outputOrder()) {
      case COMPLETION -> "generate";
      case INPUT -> "generate-in-order";
    };
  }

  /**
   * The operator has the parallelism of the sinks, so that the responses of a key stay in one
   * subtask and keep their order.
   */
  private static DataStream<GenerationResult> order(
      DataStream<GenerationResult> responses, DataStream<OutputPosition> positions) {
    return positions
        .keyBy(OutputPosition::key)
        .connect(responses.keyBy(response -> OutputPosition.of(response.origin()).key()))
        .process(new InputOrderFunction())
        .returns(TypeInformation.of(GenerationResult.class))
        .name("order-output")
        .uid("order-output");
  }

  private static int generationParallelism(DataStream<InputRecord> records, JobSettings settings) {
    return settings.generationParallelism() > 0
        ? settings.generationParallelism()
        : records.getExecutionEnvironment().getParallelism();
  }
}
