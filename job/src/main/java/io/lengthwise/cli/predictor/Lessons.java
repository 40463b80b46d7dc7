package io.lengthwise.cli.predictor;

import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;
import java.util.ArrayList;
import java.util.List;

/** Recorded answers that predictors learn before a trial. */
public final class Lessons {

  private record Lesson(PromptFeatures features, RecordedAnswer answer) {}

  private final List<Lesson> lessons = new ArrayList<>();

  /**
   * Prepares the answers.
   *
   * @param model probes the prompts if the predictor needs it
   */
  public Lessons(PromptModel model, PredictorName predictor, List<RecordedAnswer> answers) {
    List<float[]> probeResults =
        model.probeResults(predictor, answers.stream().map(RecordedAnswer::prompt).toList());
    TextFeatures features = new TextFeatures();
    for (int i = 0; i < answers.size(); i++) {
      RecordedAnswer answer = answers.get(i);
      lessons.add(
          new Lesson(features.of(answer.prompt(), answer.cap(), probeResults.get(i)), answer));
    }
  }

  /** Creates a predictor that has learned the answers. */
  public LengthPredictor learnedBy(PredictorName predictor, int initialLength) {
    LengthPredictor created = predictor.create(initialLength);
    for (Lesson lesson : lessons) {
      created.learn(lesson.features(), lesson.answer().length(), lesson.answer().cut());
    }
    return created;
  }
}
