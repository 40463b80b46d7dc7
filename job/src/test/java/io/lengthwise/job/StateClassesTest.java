package io.lengthwise.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.lengthwise.batching.BatchingMode;
import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.prediction.PredictorName;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.io.SimpleVersionedSerializerTypeSerializerProxy;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/**
 * The names of our classes that Flink writes into savepoints and checkpoints.
 *
 * <p>Flink writes a snapshot of each serializer beside the state, with the names of the classes
 * that it serializes. The test reads the names from these snapshots. The serializers are those of
 * every static state descriptor and of the elements and keys of every operator. Windows hold
 * elements, and an unaligned checkpoint holds all elements in flight.
 */
class StateClassesTest {

  private static final Pattern OUR_CLASS = Pattern.compile("io\\.lengthwise\\.[\\w.$]+");

  @Test
  void namesArePinned() {
    assertThat(Stream.concat(inDescriptors(), inOperators()).flatMap(StateClassesTest::ourClasses))
        .as(
            "the classes in savepoints. A savepoint with a class that was renamed or moved cannot"
                + " be restored. If the old class is in a release, keep its name. Otherwise change"
                + " this list and write the savepoint of UpgradeITCase again (CONTRIBUTING.md).")
        .containsOnly(
            "io.lengthwise.batching.BucketKey",
            "io.lengthwise.batching.BucketedRequest",
            "io.lengthwise.batching.LengthBucket",
            "io.lengthwise.batching.MicroBatch",
            "io.lengthwise.generation.device.PendingRequest",
            "io.lengthwise.job.record.DeadLetter",
            "io.lengthwise.job.record.InputRecord",
            "io.lengthwise.job.record.OutputPosition",
            "io.lengthwise.prediction.AccuracyState",
            "io.lengthwise.prediction.CompletedLength",
            "io.lengthwise.prediction.JudgedAnswer",
            "io.lengthwise.prediction.LengthDistribution",
            "io.lengthwise.prediction.PredictedRequest",
            "io.lengthwise.prediction.PredictorName",
            "io.lengthwise.prediction.PredictorWeights",
            "io.lengthwise.prediction.PromptFeatures",
            "io.lengthwise.request.Completion",
            "io.lengthwise.request.EncodedRequest",
            "io.lengthwise.request.Endpoint",
            "io.lengthwise.request.FinishReason",
            "io.lengthwise.request.GenerationRequest",
            "io.lengthwise.request.GenerationResult",
            "io.lengthwise.request.Header",
            "io.lengthwise.request.Message",
            "io.lengthwise.request.Origin",
            "io.lengthwise.request.RequestError",
            "io.lengthwise.request.Sampling",
            "io.lengthwise.request.Timings");
  }

  private static Stream<TypeSerializer<?>> inDescriptors() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.lengthwise")
            .stream()
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .filter(field -> field.getRawType().isAssignableTo(StateDescriptor.class))
            .map(StateClassesTest::serializer);
  }

  private static TypeSerializer<?> serializer(JavaField declared) {
    try {
      Field field = declared.reflect();
      field.setAccessible(true);
      StateDescriptor<?, ?> descriptor = (StateDescriptor<?, ?>) field.get(null);
      descriptor.initializeSerializerUnlessSet(new ExecutionConfig());
      return descriptor.getSerializer();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** The serializers of jobs with every operator that an option adds. */
  private static Stream<TypeSerializer<?>> inOperators() {
    List<TypeSerializer<?>> serializers = new ArrayList<>();
    for (BatchingMode batching : BatchingMode.values()) {
      for (OutputOrder order : OutputOrder.values()) {
        for (PredictorName predictor : PredictorName.values()) {
          nodes(batching, order, predictor).forEach(node -> add(node, serializers));
        }
      }
    }
    return serializers.stream();
  }

  /** The committables of the Kafka sinks have serializers of the connector, without snapshots. */
  private static void add(StreamNode node, List<TypeSerializer<?>> serializers) {
    Stream.of(
            Arrays.stream(node.getTypeSerializersIn()),
            Stream.of(node.getTypeSerializerOut(), node.getStateKeySerializer()))
        .flatMap(each -> each)
        .filter(Objects::nonNull)
        .filter(serializer -> !(serializer instanceof SimpleVersionedSerializerTypeSerializerProxy))
        .forEach(serializers::add);
  }

  private static Iterable<StreamNode> nodes(
      BatchingMode batching, OutputOrder order, PredictorName predictor) {
    Configuration configuration =
        Configuration.fromMap(
            Map.of(
                "model.path",
                "/models/tiny",
                "kafka.bootstrap-servers",
                "localhost:9092",
                "requests.topics",
                "in",
                "batching.mode",
                batching.toString(),
                "output.order",
                order.toString(),
                "predictor",
                predictor.toString()));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    LengthwiseJob.define(environment, JobSettings.of(configuration));
    return environment.getStreamGraph().getStreamNodes();
  }

  private static Stream<String> ourClasses(TypeSerializer<?> serializer) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(1024);
      serializer.snapshotConfiguration().writeSnapshot(out);
      // Class names are ASCII, and the bytes around them are no letters.
      String snapshot = new String(out.getCopyOfBuffer(), StandardCharsets.ISO_8859_1);
      return OUR_CLASS.matcher(snapshot).results().map(MatchResult::group);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
