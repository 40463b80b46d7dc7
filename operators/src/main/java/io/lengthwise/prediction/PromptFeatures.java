package io.lengthwise.prediction;

/**
 * What a prompt tells about the length of its answer. It holds no text.
 *
 * @param rows the hashed features, distinct and ascending, each from 0 to below 2^16
 * @param probeResult what the served model said about the prompt, empty where it was not asked
 */
public record PromptFeatures(int[] rows, float[] probeResult) {

  static final float[] NO_READING = {};

  /** Features of a prompt that the model was not asked about. */
  public PromptFeatures(int[] rows) {
    this(rows, NO_READING);
  }
}
