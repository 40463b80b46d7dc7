package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.probe.ProbeTask;
import io.lengthwise.generation.probe.PromptProbe;
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
 * Probes the served model about each prompt, for a predictor that needs the result.
 *
 * <p>Requests are emitted in the order in which their probes are done, which may differ from the
 * order of arrival. A request that cannot be probed, or whose deadline has passed, is emitted with
 * the result that the probe defines for this case.
 */
final class PromptProbeOperator
    extends EngineOperator<EncodedRequest, EncodedRequest, ProbeTask, EncodedRequest> {

  private static final ListStateDescriptor<EncodedRequest> UNPROBED =
      new ListStateDescriptor<>("unprobed-requests", EncodedRequest.class);

  private static final int WINDOW = 1000;

  private final PredictorName predictor;

  private PromptProbe probe;
  private Counter probed;
  private Counter notProbed;
  private Histogram milliseconds;

  PromptProbeOperator(
      StreamOperatorParameters<EncodedRequest> parameters,
      ModelSpec model,
      EngineOptions options,
      PredictorName predictor) {
    super(parameters, model, options, EngineUse.PROBES, UNPROBED);
    this.predictor = predictor;
  }

  @Override
  void begin(CausalLanguageModel model, EngineStatistics statistics) {
    MetricGroup metrics = getMetricGroup().addGroup("lengthwise");
    probed = metrics.counter("probed");
    notProbed = metrics.counter("notProbed");
    milliseconds =
        metrics.histogram("probeMilliseconds", new DescriptiveStatisticsHistogram(WINDOW));
    probe = PromptProbe.of(predictor, spec(), model);
  }

  @Override
  List<List<EncodedRequest>> partsOf(List<EncodedRequest> restored) {
    return restored.stream().map(List::of).toList();
  }

  @Override
  public void processElement(StreamRecord<EncodedRequest> element) throws Exception {
    submitAll(List.of(List.of(element.getValue())));
  }

  @Override
  void submit(List<EncodedRequest> part) {
    part.forEach(this::ask);
  }

  private void ask(EncodedRequest request) {
    Optional<ProbeTask> asked =
        request.request().expiredAt(getProcessingTimeService().getCurrentProcessingTime())
            ? Optional.empty()
            : probe.ask(request, session(), this::done);
    asked.ifPresentOrElse(task -> started(List.of(task)), () -> pass(request));
  }

  private void pass(EncodedRequest request) {
    notProbed.inc();
    output.collect(new StreamRecord<>(request.withProbeResult(probe.withoutProbe(request))));
  }

  @Override
  void emit(ProbeTask done) {
    float[] result = done.result();
    if (result.length == 0) {
      pass(done.pending());
      return;
    }
    probed.inc();
    milliseconds.update((System.nanoTime() - done.startedAt()) / 1_000_000);
    output.collect(new StreamRecord<>(done.pending().withProbeResult(result)));
  }

  /**
   * Emits all requests before the watermark. The job's only watermark comes at the end of the
   * input, and windows accept nothing after it.
   */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    drain();
    super.processWatermark(mark);
  }

  @Override
  public void close() throws Exception {
    super.close();
    if (probe != null) {
      probe.close();
    }
  }
}
