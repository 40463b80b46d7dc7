package io.lengthwise.generation.probe;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.RefillSchedule;
import io.lengthwise.generation.schedule.Schedule;
import io.lengthwise.generation.schedule.Tuning;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Probes many prompts at once, outside a job. For the thread that opened the model. */
public final class ProbeRunner implements ProbeQueue {

  private final RowDevice device;
  private final Schedule questions;
  private final HiddenStateQueue hiddenStates;

  private ProbeRunner(CausalLanguageModel model, ModelSpec spec, EngineOptions options) {
    EngineStatistics statistics = new EngineStatistics();
    Accelerator accelerator = new ModelAccelerator(model.decoder(), options.batching().lookup());
    device = Schedule.device(accelerator, options, statistics);
    Tuning tuning = Tuning.of(spec, options, accelerator, device.cells(), Calibrations.ofUser());
    questions = new RefillSchedule(device, tuning, statistics);
    hiddenStates =
        new HiddenStateQueue(
            model.decoder()::meanHiddenStates, options.prefill().chunk(), statistics);
  }

  /**
   * Probes prompts.
   *
   * @param model its key-value cache is allocated again
   * @param spec where the model is from
   * @param predictor a predictor that {@link PredictorName#asksModel asks the model}
   * @return the requests with their results
   */
  public static List<EncodedRequest> of(
      CausalLanguageModel model,
      ModelSpec spec,
      EngineOptions options,
      PredictorName predictor,
      List<EncodedRequest> requests) {
    try (PromptProbe probe = PromptProbe.of(predictor, spec, model)) {
      return new ProbeRunner(model, spec, options).probe(probe, requests);
    }
  }

  private List<EncodedRequest> probe(PromptProbe probe, List<EncodedRequest> requests) {
    List<Optional<ProbeTask>> asked = new ArrayList<>();
    for (EncodedRequest request : requests) {
      asked.add(probe.ask(request, this, result -> {}));
    }
    while (!questions.isIdle() || !hiddenStates.isIdle()) {
      hiddenStates.advance();
      questions.advance();
    }
    List<EncodedRequest> probed = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      EncodedRequest request = requests.get(i);
      float[] result = asked.get(i).map(ProbeTask::result).orElse(ProbeTask.NONE);
      probed.add(request.withProbeResult(result.length > 0 ? result : probe.withoutProbe(request)));
    }
    return probed;
  }

  @Override
  public void ask(Row question) {
    if (device.accepts(question)) {
      questions.add(List.of(question));
    }
  }

  @Override
  public void probe(HiddenStateTask prompt) {
    hiddenStates.add(prompt);
  }
}
