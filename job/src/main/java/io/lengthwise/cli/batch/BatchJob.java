package io.lengthwise.cli.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lengthwise.job.Pipeline;
import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.job.record.ResponseFormat;
import io.lengthwise.request.GenerationResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job of {@code batch}. It reads the lines of a file and writes the lines of two others.
 *
 * @param in lines of the OpenAI Batch API
 * @param out gets a line for each request whose id could be read
 * @param errors gets a line for each other line
 * @param maxLineBytes the most bytes of a line that are kept
 */
record BatchJob(Path in, Path out, Path errors, int maxLineBytes) {

  /** The names of the accumulators and metrics that count the requests by outcome. */
  static final String ANSWERED = "answered";

  static final String FAILED = "failed";
  static final String UNREADABLE = "unreadable";

  /** Adds the job to an environment. The pipeline connects its source with its sinks. */
  void define(
      StreamExecutionEnvironment environment,
      Function<DataStream<InputRecord>, Pipeline.Streams> pipeline) {
    LineFormat format = new LineFormat(in.getFileName().toString(), maxLineBytes);
    FileSource<InputRecord> source =
        FileSource.forRecordStreamFormat(
                format, new org.apache.flink.core.fs.Path(in.toAbsolutePath().toUri()))
            .build();
    DataStream<InputRecord> lines =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "lines", format.getProducedType())
            .uid("lines")
            .setParallelism(1);
    Pipeline.Streams streams = pipeline.apply(lines);
    write(streams.responses(), new ResponseLines(), "responses", out);
    write(streams.deadLetters(), new ErrorLines(), "errors", errors);
  }

  private static <T> void write(
      DataStream<T> stream, RichMapFunction<T, byte[]> toLine, String name, Path file) {
    stream
        .map(toLine)
        .name(name + "-lines")
        .uid(name + "-lines")
        .setParallelism(1)
        .sinkTo(new LineFileSink(file))
        .name(name)
        .uid(name)
        .setParallelism(1);
  }

  private static final class ResponseLines extends RichMapFunction<GenerationResult, byte[]> {

    private static final long serialVersionUID = 1L;

    private final LongCounter answered = new LongCounter();
    private final LongCounter failed = new LongCounter();
    private transient Counter answeredNow;
    private transient Counter failedNow;

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(ANSWERED, answered);
      getRuntimeContext().addAccumulator(FAILED, failed);
      answeredNow = getRuntimeContext().getMetricGroup().counter(ANSWERED);
      failedNow = getRuntimeContext().getMetricGroup().counter(FAILED);
    }

    @Override
    public byte[] map(GenerationResult result) {
      (result.isError() ? failed : answered).add(1L);
      (result.isError() ? failedNow : answeredNow).inc();
      return ResponseFormat.line(result);
    }
  }

  /** Writes the number of each line that could not be read, and the cause. */
  private static final class ErrorLines extends RichMapFunction<DeadLetter, byte[]> {

    private static final long serialVersionUID = 1L;

    private final LongCounter unreadable = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(UNREADABLE, unreadable);
    }

    @Override
    public byte[] map(DeadLetter letter) {
      unreadable.add(1L);
      return JsonNodeFactory.instance
          .objectNode()
          .put("line", letter.record().origin().offset())
          .put("code", letter.cause())
          .put("message", letter.message())
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
