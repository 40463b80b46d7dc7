package io.lengthwise.cli.predictor;

import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.prediction.PredictorName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model makes of prompts.
 *
 * @param byPrompt nothing of a prompt that it was not asked about
 * @param nanos what asking took for each prompt
 */
record Readings(Map<String, float[]> byPrompt, long nanos) {

  private static final float[] NOTHING = {};

  /** Of a predictor that asks no model. */
  static final Readings NONE = new Readings(Map.of(), 0);

  /** Asks a model about prompts. */
  static Readings of(PromptModel model, PredictorName predictor, List<String> prompts) {
    long start = System.nanoTime();
    List<float[]> readings = model.readings(predictor, prompts);
    long nanos = (System.nanoTime() - start) / prompts.size();
    Map<String, float[]> byPrompt = new HashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      byPrompt.put(prompts.get(i), readings.get(i));
    }
    return new Readings(byPrompt, nanos);
  }

  float[] of(String prompt) {
    return byPrompt.getOrDefault(prompt, NOTHING);
  }
}
