package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Evaluates a predictor on answers that it has not learned.
 *
 * @param train answers that the predictor learns first, may be empty
 * @param test answers whose lengths it predicts
 * @param prequential whether it learns each answer of the test after it has predicted it
 */
record Evaluation(List<RecordedAnswer> train, List<RecordedAnswer> test, boolean prequential) {

  /** The number of predictions before the timed ones, so that the JVM compiles the code first. */
  private static final int WARM_UP = 20_000;

  /**
   * Trains a new predictor and evaluates it.
   *
   * @param progress told the number of answers that are done, of {@link #size}
   */
  PredictionLog run(Supplier<? extends EvaluatedPredictor> predictors, IntConsumer progress) {
    warmUp(predictors.get());
    EvaluatedPredictor predictor = predictors.get();
    int done = 0;
    for (RecordedAnswer answer : train) {
      predictor.learn(answer);
      progress.accept(++done);
    }
    PredictionLog log = new PredictionLog();
    for (RecordedAnswer answer : test) {
      long start = System.nanoTime();
      LengthDistribution predicted = predictor.predict(answer);
      log.add(answer, predicted, System.nanoTime() - start + predictor.askingNanos());
      if (prequential) {
        predictor.learn(answer);
      }
      progress.accept(++done);
    }
    return log;
  }

  /** The number of training and test answers. */
  int size() {
    return train.size() + test.size();
  }

  /** The prompts of the training and test answers. */
  List<String> prompts() {
    return Stream.concat(train.stream(), test.stream()).map(RecordedAnswer::prompt).toList();
  }

  private void warmUp(EvaluatedPredictor predictor) {
    for (int i = 0; i < WARM_UP; i++) {
      RecordedAnswer answer = test.get(i % test.size());
      predictor.predict(answer);
      predictor.learn(answer);
    }
  }
}
