package io.lengthwise.cli.predictor;

import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.prediction.PredictorName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The probe results of prompts.
 *
 * @param byPrompt the results by prompt; empty if the predictor needs none
 * @param nanos the time of the probe for each prompt
 */
record ProbeResults(Map<String, float[]> byPrompt, long nanos) {

  private static final float[] NOTHING = {};

  /** The results for a predictor that needs no probe. */
  static final ProbeResults NONE = new ProbeResults(Map.of(), 0);

  /** Probes prompts with a model. */
  static ProbeResults of(PromptModel model, PredictorName predictor, List<String> prompts) {
    long start = System.nanoTime();
    List<float[]> probeResults = model.probeResults(predictor, prompts);
    long nanos = (System.nanoTime() - start) / prompts.size();
    Map<String, float[]> byPrompt = new HashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      byPrompt.put(prompts.get(i), probeResults.get(i));
    }
    return new ProbeResults(byPrompt, nanos);
  }

  float[] of(String prompt) {
    return byPrompt.getOrDefault(prompt, NOTHING);
  }
}
