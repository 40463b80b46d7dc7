package io.lengthwise.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.cli.cluster.LocalCluster;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.generation.GenerationOperatorFactory;
import io.lengthwise.job.Pipeline;
import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BatchJobTest {

  private static final OutputTag<DeadLetter> UNREADABLE =
      new OutputTag<>("unreadable", TypeInformation.of(DeadLetter.class));

  @TempDir private Path folder;
  private Path in;
  private Path out;
  private Path errors;

  @BeforeEach
  void namePaths() {
    in = folder.resolve("in.jsonl");
    out = folder.resolve("out.jsonl");
    errors = folder.resolve("errors.jsonl");
  }

  @Test
  void everyLineEndsInOneOfTheTwoFiles() throws Exception {
    Files.writeString(in, "refuse me\r\n\nrefuse me too");

    Map<String, Object> counts = run();

    assertThat(Files.readAllLines(out))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("\"message\":\"refused\""));
    assertThat(Files.readAllLines(errors))
        .containsExactly("{\"line\":2,\"code\":\"empty_record\",\"message\":\"nothing\"}");
    assertThat(counts)
        .containsEntry(BatchJob.ANSWERED, 0L)
        .containsEntry(BatchJob.FAILED, 2L)
        .containsEntry(BatchJob.UNREADABLE, 1L);
  }

  @Test
  void theMessageOfAFailureComesThrough() throws Exception {
    Files.writeString(in, "break");

    assertThatThrownBy(this::run)
        .isInstanceOf(CommandFailure.class)
        .hasMessage("The job failed: broken at line 1");
  }

  private Map<String, Object> run() throws Exception {
    Configuration configuration = Configuration.fromMap(Map.of("restart-strategy.type", "none"));
    StreamExecutionEnvironment environment = LocalCluster.environment(configuration);
    new BatchJob(in, out, errors, 1000).define(environment, BatchJobTest::pipeline);
    try (LocalCluster cluster = LocalCluster.start(configuration, 1)) {
      return cluster.submit(environment, "batch").await();
    }
  }

  private static Pipeline.Streams pipeline(DataStream<InputRecord> lines) {
    SingleOutputStreamOperator<GenerationResult> results =
        lines.process(new Refuser()).returns(TypeInformation.of(GenerationResult.class));
    return new Pipeline.Streams(
        results,
        results.getSideOutput(UNREADABLE),
        results.getSideOutput(GenerationOperatorFactory.LENGTHS));
  }

  /** Refuses every line that is not empty. */
  private static final class Refuser extends ProcessFunction<InputRecord, GenerationResult> {

    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(
        InputRecord line, Context context, Collector<GenerationResult> results) {
      String text = new String(line.value(), StandardCharsets.UTF_8);
      if (text.equals("break")) {
        throw new IllegalStateException("broken at line " + line.origin().offset());
      }
      if (text.isEmpty()) {
        context.output(UNREADABLE, new DeadLetter(line, "empty_record", "nothing"));
        return;
      }
      results.collect(
          new GenerationResult(
              text,
              line.origin(),
              Endpoint.CHAT_COMPLETIONS,
              "some-model",
              0,
              null,
              null,
              RequestError.invalid("messages", "refused")));
    }
  }
}
