package io.lengthwise.cli.predictor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Prints the results of an {@link Evaluation} as a table, or as one JSON object for each row.
 *
 * @param out the output
 * @param json whether to print JSON
 * @param window the number of answers of a window, each of which is a row; 0 for one row for all
 *     answers
 */
record EvaluationPrinter(PrintStream out, boolean json, int window) {

  private static final String ALL = "all";

  void header() {
    if (!json) {
      out.printf(
          "%-15s%s %8s %7s %7s %6s %9s %11s %8s%n",
          "predictor",
          window > 0 ? "%15s".formatted("answers") : "",
          "MAE",
          "Acc-50",
          "Acc-100",
          "tau",
          "Spearman",
          "coverage 90",
          "us each");
    }
  }

  /** Prints the rows of a predictor. */
  void print(String predictor, PredictionLog log) {
    for (int from = 0; window > 0 && from < log.size(); from += window) {
      int to = Math.min(from + window, log.size());
      row(predictor, (from + 1) + "-" + to, log.figures(from, to));
    }
    row(predictor, ALL, log.figures(0, log.size()));
  }

  private void row(String predictor, String answers, PredictionFigures figures) {
    if (json) {
      out.println(object(predictor, answers, figures));
    } else {
      out.printf(
          Locale.ROOT,
          "%-15s%s %8.1f %5.1f %% %5.1f %% %6.3f %9.3f %9.1f %% %8.1f%n",
          predictor,
          window > 0 ? "%15s".formatted(answers) : "",
          figures.mae(),
          100 * figures.acc50(),
          100 * figures.acc100(),
          figures.tau(),
          figures.spearman(),
          100 * figures.coverage90(),
          figures.microsPerPrediction());
    }
  }

  private ObjectNode object(String predictor, String answers, PredictionFigures figures) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("predictor", predictor);
    if (window > 0) {
      object.put("window", answers);
    }
    return object
        .put("mae", figures.mae())
        .put("acc50", figures.acc50())
        .put("acc100", figures.acc100())
        .put("tau", figures.tau())
        .put("spearman", figures.spearman())
        .put("coverage90", figures.coverage90())
        .put("microsPerPrediction", figures.microsPerPrediction());
  }
}
