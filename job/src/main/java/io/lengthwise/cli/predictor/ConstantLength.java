package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** Predicts one number for all prompts. It is the baseline of the other predictors. */
final class ConstantLength implements EvaluatedPredictor {

  private final ToIntFunction<ConstantLength> number;
  private LengthDistribution prediction;
  private boolean isStale;
  private int[] answersByLength = new int[1024];
  private long answers;
  private long tokens;

  private ConstantLength(int initialLength, ToIntFunction<ConstantLength> number) {
    this.number = number;
    prediction = LengthDistribution.point(initialLength);
  }

  /**
   * Creates a predictor of the mean, in whole tokens.
   *
   * @param initialLength the prediction before the first length is learned
   */
  static ConstantLength mean(int initialLength) {
    return new ConstantLength(initialLength, seen -> (int) Math.round(seen.mean()));
  }

  /** Creates a predictor of the median. No other constant has a smaller mean absolute error. */
  static ConstantLength median(int initialLength) {
    return new ConstantLength(initialLength, ConstantLength::median);
  }

  @Override
  public LengthDistribution predict(RecordedAnswer answer) {
    if (isStale) {
      prediction = LengthDistribution.point(number.applyAsInt(this));
      isStale = false;
    }
    return prediction;
  }

  @Override
  public void learn(RecordedAnswer answer) {
    int length = answer.length();
    if (length >= answersByLength.length) {
      answersByLength =
          Arrays.copyOf(answersByLength, Math.max(length + 1, 2 * answersByLength.length));
    }
    answersByLength[length]++;
    answers++;
    tokens += length;
    isStale = true;
  }

  private double mean() {
    return tokens / (double) answers;
  }

  private int median() {
    long below = 0;
    int length = 0;
    while (2 * below < answers) {
      length++;
      below += answersByLength[length];
    }
    return length;
  }
}
