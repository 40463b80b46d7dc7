package io.lengthwise.prediction;

/**
 * The predicted length of an answer, in tokens: probabilities of logarithmic bins from 1 to 8,192,
 * or one length.
 *
 * <p>Within a bin, the logarithm of the length is uniform. Means and quantiles follow from that.
 * Every result is clipped to a cap, the request's {@code max_tokens}: a longer answer counts as the
 * cap. Lengths beyond 8,192 fall into the last bin.
 *
 * @param probabilities one for each of the {@link #BINS} bins, with the sum 1; empty for one length
 * @param point the length if it is one number, 0 if the probabilities are given
 */
public record LengthDistribution(float[] probabilities, int point) {

  public static final int BINS = 36;

  /** The upper edge of the last bin, in tokens. */
  public static final int LONGEST = 8192;

  /** The width of a bin in the natural logarithm of the length. */
  private static final double WIDTH = Math.log(LONGEST) / BINS;

  private static final double[] EDGES = edges();
  private static final double[] MEANS = means();

  /** A length with a lower probability counts as impossible, because the bins are floats. */
  private static final double NOTHING = 1e-6;

  private static final float[] NO_BINS = {};

  public LengthDistribution(float[] probabilities) {
    this(probabilities, 0);
  }

  /** A distribution with all probability on one length of at least 1. */
  public static LengthDistribution point(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("a length must be at least 1 token, not " + length);
    }
    return new LengthDistribution(NO_BINS, length);
  }

  /** The distribution with these probabilities of the bins, which are copied. */
  static LengthDistribution of(double[] probabilities) {
    float[] copy = new float[BINS];
    for (int bin = 0; bin < BINS; bin++) {
      copy[bin] = (float) probabilities[bin];
    }
    return new LengthDistribution(copy);
  }

  /**
   * The position of a length on the axis of bins: 2.5 is the (geometric) middle of the third bin.
   */
  static double position(double length) {
    return Math.log(Math.max(1, length)) / WIDTH;
  }

  /** The bin that a length falls into, from 0. */
  static int bin(double length) {
    return Math.min(BINS - 1, (int) position(length));
  }

  /** The expected length of the answer. */
  public double mean(int cap) {
    return point > 0 ? Math.min(point, cap) : meanAbove(1, cap);
  }

  /**
   * The length that the answer does not exceed with a probability of {@code share}. For 0.5, it is
   * the single number with the smallest expected error.
   */
  public double quantile(double share, int cap) {
    return point > 0 ? Math.min(point, cap) : Math.min(cap, quantileAbove(1, share));
  }

  /**
   * The conditional value at risk: the expected length of the longest {@code 1 - share} of answers.
   */
  public double cvar(double share, int cap) {
    return point > 0 ? Math.min(point, cap) : meanAbove(quantileAbove(1, share), cap);
  }

  /**
   * The expected number of further tokens of an answer that has {@code generated} tokens and has
   * not ended.
   *
   * <p>An answer that is longer than predicted is expected to become twice as long as it is.
   *
   * @return from 1 to {@code cap - generated}, or 0 if the cap is reached
   */
  public double remainingMean(int generated, int cap) {
    if (outlivedBy(generated)) {
      return remaining(2.0 * generated, generated, cap);
    }
    return remaining(point > 0 ? point : meanAbove(generated, cap), generated, cap);
  }

  /**
   * The number of further tokens that an answer with {@code generated} tokens does not exceed with
   * a probability of {@code share}. The bounds are those of {@link #remainingMean}.
   */
  public double remainingQuantile(double share, int generated, int cap) {
    if (outlivedBy(generated)) {
      return remaining(2.0 * generated, generated, cap);
    }
    return remaining(point > 0 ? point : quantileAbove(generated, share), generated, cap);
  }

  private static double remaining(double length, int generated, int cap) {
    return Math.max(0, Math.min(cap - generated, Math.max(1, length - generated)));
  }

  private boolean outlivedBy(int generated) {
    return point > 0 ? generated >= point : massAbove(generated) < NOTHING;
  }

  private double massAbove(double from) {
    double mass = 0;
    for (int bin = bin(from); bin < BINS; bin++) {
      mass += massAbove(from, bin);
    }
    return mass;
  }

  /** The part of a bin's probability above a length. */
  private double massAbove(double from, int bin) {
    if (from <= EDGES[bin]) {
      return probabilities[bin];
    }
    return probabilities[bin] * Math.max(0, bin + 1 - position(from));
  }

  /** The mean of the clipped length among the answers longer than {@code from}. */
  private double meanAbove(double from, int cap) {
    double mass = 0;
    double sum = 0;
    for (int bin = bin(from); bin < BINS; bin++) {
      double share = massAbove(from, bin);
      mass += share;
      sum += share * clippedMean(bin, from, cap);
    }
    return mass < NOTHING ? Math.min(from, cap) : sum / mass;
  }

  /** The mean of the length clipped to the cap, within a bin and above a length. */
  private static double clippedMean(int bin, double from, int cap) {
    double low = Math.max(from, EDGES[bin]);
    double high = EDGES[bin + 1];
    if (cap <= low || low >= high) {
      return Math.min(cap, low);
    }
    if (low == EDGES[bin] && cap >= high) {
      return MEANS[bin];
    }
    double within = Math.min(cap, high);
    double beyond = cap < high ? cap * Math.log(high / cap) : 0;
    return (within - low + beyond) / Math.log(high / low);
  }

  /** The quantile of the length among the answers longer than {@code from}. */
  private double quantileAbove(double from, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be from 0 to 1, not " + share);
    }
    double left = share * massAbove(from);
    for (int bin = bin(from); bin < BINS; bin++) {
      double mass = massAbove(from, bin);
      if (mass > 0 && mass >= left) {
        double start = Math.max(bin, position(from));
        return Math.exp(WIDTH * (start + (bin + 1 - start) * (left / mass)));
      }
      left -= mass;
    }
    return LONGEST;
  }

  private static double[] edges() {
    double[] edges = new double[BINS + 1];
    for (int bin = 0; bin <= BINS; bin++) {
      edges[bin] = Math.exp(WIDTH * bin);
    }
    return edges;
  }

  private static double[] means() {
    double[] means = new double[BINS];
    for (int bin = 0; bin < BINS; bin++) {
      means[bin] = (EDGES[bin + 1] - EDGES[bin]) / WIDTH;
    }
    return means;
  }
}
