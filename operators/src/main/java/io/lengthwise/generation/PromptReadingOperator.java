package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.probe.PromptReader;
import io.lengthwise.generation.probe.PromptReading;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Asks the served model about each prompt, for a predictor that goes by it.
 *
 * <p>Requests leave in the order in which they are read, which need not be that of their arrival.
 * One that the model cannot be asked about, or whose deadline has passed, leaves with what its
 * reader puts in the place of a reading.
 */
final class PromptReadingOperator
    extends EngineOperator<EncodedRequest, EncodedRequest, PromptReading, EncodedRequest> {

  private static final ListStateDescriptor<EncodedRequest> UNREAD =
      new ListStateDescriptor<>("unread-requests", EncodedRequest.class);

  private static final int WINDOW = 1000;

  private final PredictorName predictor;

  private PromptReader reader;
  private Counter read;
  private Counter unread;
  private Histogram milliseconds;

  PromptReadingOperator(
      StreamOperatorParameters<EncodedRequest> parameters,
      ModelSpec model,
      EngineOptions options,
      PredictorName predictor) {
    super(parameters, model, options, EngineUse.READINGS, UNREAD);
    this.predictor = predictor;
  }

  @Override
  void begin(CausalLanguageModel model, EngineStatistics statistics) {
    MetricGroup metrics = getMetricGroup().addGroup("lengthwise");
    read = metrics.counter("read");
    unread = metrics.counter("unread");
    milliseconds =
        metrics.histogram("readMilliseconds", new DescriptiveStatisticsHistogram(WINDOW));
    reader = PromptReader.of(predictor, spec(), model);
  }

  @Override
  void resume(List<EncodedRequest> pending) {
    pending.forEach(this::ask);
  }

  @Override
  public void processElement(StreamRecord<EncodedRequest> element) throws Exception {
    awaitRoom();
    ask(element.getValue());
  }

  private void ask(EncodedRequest request) {
    Optional<PromptReading> asked =
        request.request().expiredAt(getProcessingTimeService().getCurrentProcessingTime())
            ? Optional.empty()
            : reader.ask(request, session(), this::done);
    asked.ifPresentOrElse(reading -> started(List.of(reading)), () -> pass(request));
  }

  private void pass(EncodedRequest request) {
    unread.inc();
    output.collect(new StreamRecord<>(request.withReading(reader.unasked(request))));
  }

  @Override
  void emit(PromptReading done) {
    float[] reading = done.reading();
    if (reading.length == 0) {
      pass(done.pending());
      return;
    }
    read.inc();
    milliseconds.update((System.nanoTime() - done.startedAt()) / 1_000_000);
    output.collect(new StreamRecord<>(done.pending().withReading(reading)));
  }

  /**
   * The job's only watermark is the one at its end, after which windows take nothing more: what is
   * in flight goes before it.
   */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    drain();
    super.processWatermark(mark);
  }

  @Override
  public void close() throws Exception {
    super.close();
    if (reader != null) {
      reader.close();
    }
  }
}
