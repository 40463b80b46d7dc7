package io.lengthwise.model.file;

import io.lengthwise.request.Sampling;
import java.nio.file.Path;

/**
 * The sizes and switches of a model. Biases and the norms of queries and keys are not here: a model
 * has them if it has their tensors.
 *
 * @param vocabularySize rows of the embedding, which may be more than the tokenizer's tokens
 * @param hiddenSize width of the residual stream
 * @param heads query heads, a multiple of {@code keyValueHeads}
 * @param headSize width of one head, even; {@code heads * headSize} need not be the hidden size
 * @param intermediateSize inner width of the feed-forward layers
 * @param contextLength the most tokens of prompt and answer together
 * @param tiedEmbeddings whether the embedding is also the head
 * @param slidingWindows for each layer, the number of latest tokens that a token attends to (itself
 *     included), 0 for all
 * @param endTokens each of them ends an answer
 * @param beginToken null if the model names none
 * @param sampling the model's own defaults, every number set
 */
public record ModelConfig(
    Architecture architecture,
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediateSize,
    int contextLength,
    float normEpsilon,
    double ropeTheta,
    RopeScaling ropeScaling,
    boolean tiedEmbeddings,
    int[] slidingWindows,
    int[] endTokens,
    Integer beginToken,
    Sampling sampling) {

  /** The largest size that a file may ask for, far above any model. */
  public static final int MAX_SIZE = 1 << 24;

  /** The most layers that a file may ask for, far above any model. */
  public static final int MAX_LAYERS = 4096;

  /**
   * The scaled inverse frequencies of the rotary embedding: pair {@code i} of a head is rotated by
   * {@code position * f[i]} radians. There are {@code headSize / 2}; element {@code i} is rotated
   * together with element {@code i + headSize / 2}.
   */
  public float[] inverseFrequencies() {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headSize;
      frequencies[i] = ropeScaling.scale(1 / (float) Math.pow(ropeTheta, exponent), i);
    }
    return frequencies;
  }

  /** Returns this configuration, if its sizes fit each other. */
  public ModelConfig checked(Path file) {
    if (heads % keyValueHeads != 0) {
      throw new ModelFileException(
          file,
          heads + " attention heads cannot share " + keyValueHeads + " key-value heads evenly");
    }
    if (headSize % 2 != 0) {
      throw new ModelFileException(
          file, "heads of size " + headSize + ": a rotary embedding needs an even size");
    }
    for (int token : endTokens) {
      checkToken(file, "end token", token);
    }
    if (beginToken != null) {
      checkToken(file, "begin token", beginToken);
    }
    return this;
  }

  private void checkToken(Path file, String what, int token) {
    if (token < 0 || token >= vocabularySize) {
      throw new ModelFileException(
          file, what + " " + token + " is outside the vocabulary of " + vocabularySize);
    }
  }
}
