package io.lengthwise.prediction;

/**
 * The predictions for a finished answer before its length was learned, in whole tokens.
 *
 * @param length the tokens of the answer
 * @param predicted the median of the predicted length
 * @param constant the prediction of the constant
 * @param covered whether the answer stayed within the predicted 90 % quantile
 */
public record JudgedAnswer(int length, int predicted, int constant, boolean covered) {

  private static final double COVERED_SHARE = 0.9;

  /**
   * Judges two predictions.
   *
   * <p>The full length of a cut answer is unknown. A prediction above the cut counts as right. A
   * prediction below the cut is wrong by the difference to the cut.
   */
  static JudgedAnswer of(
      int length, boolean cut, LengthDistribution predicted, LengthDistribution constant) {
    int cap = cut ? length : Integer.MAX_VALUE;
    return new JudgedAnswer(
        length,
        (int) Math.round(predicted.quantile(0.5, cap)),
        (int) Math.round(constant.quantile(0.5, cap)),
        length <= predicted.quantile(COVERED_SHARE, cap));
  }

  int error() {
    return Math.abs(length - predicted);
  }

  int constantError() {
    return Math.abs(length - constant);
  }
}
