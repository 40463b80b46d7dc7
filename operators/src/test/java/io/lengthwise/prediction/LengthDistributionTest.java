package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LengthDistributionTest {

  private static final int UNCAPPED = LengthDistribution.LONGEST;

  @Test
  void binsAreLogSpacedFromOneTo8192() {
    assertThat(LengthDistribution.bin(1)).isZero();
    assertThat(LengthDistribution.position(8192)).isCloseTo(36, within(1e-9));
    assertThat(LengthDistribution.position(Math.sqrt(8192))).isCloseTo(18, within(1e-9));
    assertThat(LengthDistribution.bin(8192)).isEqualTo(35);
    assertThat(LengthDistribution.bin(100_000)).isEqualTo(35);
  }

  @Test
  void quantilesAreLogLinearInsideABin() {
    LengthDistribution one = inBin(18);
    double low = Math.pow(8192, 18 / 36.0);
    double high = Math.pow(8192, 19 / 36.0);
    assertThat(one.quantile(0, UNCAPPED)).isCloseTo(low, within(1e-9));
    assertThat(one.quantile(1, UNCAPPED)).isCloseTo(high, within(1e-9));
    assertThat(one.quantile(0.5, UNCAPPED)).isCloseTo(Math.sqrt(low * high), within(1e-9));
  }

  @Test
  void everyReadingIsClippedToTheCap() {
    LengthDistribution one = inBin(30);
    assertThat(one.mean(100)).isEqualTo(100);
    assertThat(one.quantile(0.9, 100)).isEqualTo(100);
    assertThat(one.cvar(0.9, 100)).isEqualTo(100);
    assertThat(one.remainingMean(40, 100)).isEqualTo(60);
    assertThat(one.remainingQuantile(0.9, 40, 100)).isEqualTo(60);
    assertThat(one.remainingMean(100, 100)).isZero();
  }

  @Test
  void readingsAgreeWithSamples() {
    SplittableRandom random = new SplittableRandom(7);
    LengthDistribution length = bell(20, 4);
    double[] lengths = samples(length, random);
    int cap = 300;
    double[] clipped = Arrays.stream(lengths).map(l -> Math.min(l, cap)).toArray();
    assertThat(length.mean(cap)).isCloseTo(mean(clipped), within(0.7));
    assertThat(length.quantile(0.3, cap))
        .isCloseTo(clipped[(int) (0.3 * clipped.length)], within(1.0));
    double[] worst = Arrays.copyOfRange(lengths, lengths.length * 9 / 10, lengths.length);
    assertThat(length.cvar(0.9, UNCAPPED)).isCloseTo(mean(worst), within(20.0));

    int generated = 150;
    double[] longer = Arrays.stream(clipped).filter(l -> l > generated).toArray();
    assertThat(length.remainingMean(generated, cap)).isCloseTo(mean(longer) - 150, within(0.7));
    assertThat(length.remainingQuantile(0.25, generated, cap))
        .isCloseTo(longer[longer.length / 4] - 150, within(1.5));
  }

  @Test
  void aPointIsItsLengthEverywhere() {
    LengthDistribution point = LengthDistribution.point(512);
    assertThat(point.mean(600)).isEqualTo(512);
    assertThat(point.mean(512)).isEqualTo(512);
    assertThat(point.mean(100)).isEqualTo(100);
    assertThat(point.quantile(0.99, 600)).isEqualTo(512);
    assertThat(point.cvar(0.99, 600)).isEqualTo(512);
    assertThat(point.remainingMean(500, 600)).isEqualTo(12);
    assertThat(LengthDistribution.point(20_000).mean(30_000)).isEqualTo(20_000);
  }

  @Test
  void whatOutlivesItsPredictionIsExpectedToDouble() {
    assertThat(LengthDistribution.point(50).remainingMean(60, 512)).isEqualTo(60);
    assertThat(inBin(5).remainingQuantile(0.9, 60, 512)).isEqualTo(60);
    assertThat(inBin(5).remainingMean(400, 512)).isEqualTo(112);
    assertThat(inBin(35).remainingMean(9000, 10_000)).isEqualTo(1000);
  }

  @Test
  void aRowThatRunsNeedsAnotherToken() {
    assertThat(LengthDistribution.point(1).remainingMean(0, 512)).isEqualTo(1);
    assertThat(inBin(0).remainingMean(0, 512)).isGreaterThanOrEqualTo(1);
    assertThat(inBin(0).remainingQuantile(0, 1, 512)).isEqualTo(1);
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThatThrownBy(() -> LengthDistribution.point(0)).hasMessageContaining("at least 1 token");
    assertThatThrownBy(() -> inBin(3).quantile(1.1, 9)).hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> inBin(3).quantile(Double.NaN, 9)).hasMessageContaining("from 0 to 1");
  }

  private static LengthDistribution inBin(int bin) {
    float[] probabilities = new float[LengthDistribution.BINS];
    probabilities[bin] = 1;
    return new LengthDistribution(probabilities);
  }

  private static LengthDistribution bell(double middle, double sigma) {
    float[] probabilities = new float[LengthDistribution.BINS];
    float sum = 0;
    for (int bin = 0; bin < probabilities.length; bin++) {
      probabilities[bin] = (float) Math.exp(-0.5 * Math.pow((bin - middle) / sigma, 2));
      sum += probabilities[bin];
    }
    for (int bin = 0; bin < probabilities.length; bin++) {
      probabilities[bin] /= sum;
    }
    return new LengthDistribution(probabilities);
  }

  /** Draws lengths from a distribution and sorts them. */
  private static double[] samples(LengthDistribution length, SplittableRandom random) {
    double[] samples = new double[400_000];
    for (int i = 0; i < samples.length; i++) {
      double share = random.nextDouble();
      int bin = 0;
      while (bin < LengthDistribution.BINS - 1 && share > length.probabilities()[bin]) {
        share -= length.probabilities()[bin++];
      }
      samples[i] = Math.pow(8192, (bin + random.nextDouble()) / 36);
    }
    Arrays.sort(samples);
    return samples;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
