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

/** Asks a model about many prompts at once, outside a job. For the thread that opened the model. */
public final class PromptReadings implements ReadingQueue {

  private final RowDevice device;
  private final Schedule questions;
  private final HiddenStateQueue hiddenStates;

  private PromptReadings(CausalLanguageModel model, ModelSpec spec, EngineOptions options) {
    EngineStatistics statistics = new EngineStatistics();
    Accelerator accelerator = new ModelAccelerator(model.decoder(), options.lookup());
    device = Schedule.device(accelerator, options, statistics);
    Tuning tuning = Tuning.of(spec, options, accelerator, device.cells(), Calibrations.ofUser());
    questions = new RefillSchedule(device, tuning, statistics);
    hiddenStates = new HiddenStateQueue(model.decoder()::read, options.prefillChunk(), statistics);
  }

  /**
   * Reads prompts.
   *
   * @param model its cache is allocated anew
   * @param spec where the model is from
   * @param predictor one that {@link PredictorName#asksModel asks the model}
   * @return the requests with their readings
   */
  public static List<EncodedRequest> of(
      CausalLanguageModel model,
      ModelSpec spec,
      EngineOptions options,
      PredictorName predictor,
      List<EncodedRequest> requests) {
    try (PromptReader reader = PromptReader.of(predictor, spec, model)) {
      return new PromptReadings(model, spec, options).read(reader, requests);
    }
  }

  private List<EncodedRequest> read(PromptReader reader, List<EncodedRequest> requests) {
    List<Optional<PromptReading>> asked = new ArrayList<>();
    for (EncodedRequest request : requests) {
      asked.add(reader.ask(request, this, read -> {}));
    }
    while (!questions.isIdle() || !hiddenStates.isIdle()) {
      hiddenStates.turn();
      questions.turn();
    }
    List<EncodedRequest> read = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      EncodedRequest request = requests.get(i);
      float[] reading = asked.get(i).map(PromptReading::reading).orElse(PromptReading.NONE);
      read.add(request.withReading(reading.length > 0 ? reading : reader.unasked(request)));
    }
    return read;
  }

  @Override
  public void ask(Row question) {
    if (device.accepts(question)) {
      questions.add(List.of(question));
    }
  }

  @Override
  public void read(HiddenStates prompt) {
    hiddenStates.add(prompt);
  }
}
