package io.lengthwise.cli.bench.engine;

import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.generation.trial.ScheduleTrial;
import io.lengthwise.generation.trial.TrialLoad;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import java.util.List;
import java.util.Map;

/**
 * Prompts that the engine's own schedule answers greedily. Each prompt has a row, and the engine
 * looks for a stop string, as many requests demand.
 */
final class EngineTrial {

  /** A stop string that no model writes. */
  private static final String STOP = "<<never>>";

  private static final Sampling SAMPLING =
      new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(STOP), List.of(), Map.of());

  private final CausalLanguageModel model;
  private final EngineOptions options;
  private final List<Prompt> prompts;
  private TrialReport report;

  /**
   * A prompt.
   *
   * @param maxTokens the most tokens of its answer
   * @param joins whether it arrives only while other rows decode
   */
  record Prompt(int[] tokens, int maxTokens, boolean joins) {}

  /**
   * Creates a trial.
   *
   * @param base the other options of the engine
   * @param prompts in the order of their arrival
   * @param chunk the most tokens that are prefilled before rows decode again
   * @param reuse whether common prefixes of prompts are computed once
   */
  EngineTrial(
      CausalLanguageModel model,
      EngineOptions base,
      List<Prompt> prompts,
      int chunk,
      boolean reuse) {
    this.model = model;
    this.prompts = prompts;
    int cells =
        prompts.stream()
            .mapToInt(prompt -> Slot.wholeBlocks(prompt.tokens().length + prompt.maxTokens()))
            .sum();
    options =
        new EngineOptions(
            new Batching(
                Discipline.REFILL,
                null,
                AdmissionOrder.FIFO,
                prompts.size(),
                base.batching().segmentSteps()),
            new Memory(cells * model.decoder().bytesPerToken(), base.memory().reserveQuantile()),
            new Prefill(chunk, reuse),
            new Limits(base.limits().threads(), prompts.size()));
  }

  /** Answers all prompts on a new engine. */
  TrialReport run() {
    Load load = new Load();
    report = ScheduleTrial.run(model, options, load, load::cycleEnded);
    return report;
  }

  /** The report of the last run. */
  TrialReport report() {
    return report;
  }

  private final class Load implements TrialLoad {

    private boolean decoding;

    private void cycleEnded(double millis, int answered, double rows) {
      decoding = true;
    }

    @Override
    public int size() {
      return prompts.size();
    }

    @Override
    public double arrival(int request) {
      return prompts.get(request).joins() && !decoding ? Double.POSITIVE_INFINITY : 0;
    }

    @Override
    public PredictedRequest predicted(int request) {
      Prompt prompt = prompts.get(request);
      GenerationRequest asked = TrialLoad.request(request, 0, SAMPLING, prompt.maxTokens());
      return new PredictedRequest(
          new EncodedRequest(asked, prompt.tokens()),
          LengthDistribution.point(prompt.maxTokens()),
          new PromptFeatures(new int[0]),
          0);
    }

    @Override
    public void answered(PredictedRequest request, int tokens, boolean cut) {
      // The trial learns nothing.
    }
  }
}
