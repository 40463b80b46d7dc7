package io.lengthwise.prediction;

/**
 * The features of a prompt that tell about the length of its answer. They contain no text.
 *
 * @param rows the hashed features, distinct and ascending, each from 0 to below 2^16
 * @param probeResult the result of the probe of the prompt; empty without a probe
 */
public record PromptFeatures(int[] rows, float[] probeResult) {

  static final float[] NO_PROBE_RESULT = {};

  /** The features of a prompt without a probe. */
  public PromptFeatures(int[] rows) {
    this(rows, NO_PROBE_RESULT);
  }
}
