package io.lengthwise.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.cli.console.Figures;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The figures of a demo. A figure that could not be measured is NaN.
 *
 * @param requests prompts sent
 * @param answered answers received
 * @param errors errors and dead letters received
 * @param seconds from the first prompt sent to the last answer received
 * @param tokens tokens of all answers
 * @param paddingShare the share of the decode slots that made no token of an answer
 * @param deviceBusyShare the share of the time in which the device computed
 * @param meanSeconds mean time of a request, from sending to receiving
 * @param p95Seconds the time within which 95 % of the requests were answered
 * @param lengthError mean absolute error of the predicted lengths, in tokens
 * @param lengthErrorByQuarter the same for each quarter of the prompts, in the order of sending
 */
record DemoReport(
    int requests,
    int answered,
    int errors,
    double seconds,
    long tokens,
    double paddingShare,
    double deviceBusyShare,
    double meanSeconds,
    double p95Seconds,
    double lengthError,
    List<Double> lengthErrorByQuarter) {

  private static final int QUARTERS = 4;

  static DemoReport of(
      int requests,
      List<DemoAnswer> outcomes,
      double seconds,
      double paddingShare,
      double deviceBusyShare) {
    List<DemoAnswer> answers = outcomes.stream().filter(answer -> !answer.isError()).toList();
    double[] times = answers.stream().mapToDouble(DemoAnswer::seconds).sorted().toArray();
    return new DemoReport(
        requests,
        answers.size(),
        outcomes.size() - answers.size(),
        seconds,
        answers.stream().mapToLong(DemoAnswer::tokens).sum(),
        paddingShare,
        deviceBusyShare,
        answers.stream().mapToDouble(DemoAnswer::seconds).average().orElse(Double.NaN),
        Figures.percentile(times, 95),
        lengthError(answers),
        IntStream.range(0, QUARTERS)
            .mapToObj(
                quarter ->
                    lengthError(
                        answers.stream()
                            .filter(answer -> QUARTERS * answer.position() / requests == quarter)
                            .toList()))
            .toList());
  }

  private static double lengthError(List<DemoAnswer> answers) {
    return answers.stream().mapToDouble(DemoAnswer::error).average().orElse(Double.NaN);
  }

  boolean isComplete() {
    return answered == requests;
  }

  double requestsPerSecond() {
    return answered / seconds;
  }

  double tokensPerSecond() {
    return tokens / seconds;
  }

  /** Returns the figures as one line of JSON. NaN is null. */
  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("requests", requests).put("answered", answered).put("errors", errors);
    put(json, "seconds", seconds);
    put(json, "requestsPerSecond", requestsPerSecond());
    put(json, "tokensPerSecond", tokensPerSecond());
    put(json, "paddingShare", paddingShare);
    put(json, "deviceBusyShare", deviceBusyShare);
    put(json, "meanSeconds", meanSeconds);
    put(json, "p95Seconds", p95Seconds);
    put(json, "lengthError", lengthError);
    ArrayNode quarters = json.putArray("lengthErrorByQuarter");
    lengthErrorByQuarter.forEach(error -> quarters.add(number(error)));
    return json.toString();
  }

  private static void put(ObjectNode json, String key, double value) {
    json.put(key, number(value));
  }

  /** Rounds to three decimals. Returns null for NaN. */
  private static Double number(double value) {
    return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : null;
  }

  /** Formats the figures for people. */
  String text() {
    return String.format(
        Locale.ROOT,
        """
        %d requests, %d answered, %d errors, in %.1f s
        %.2f requests/s, %.1f tokens/s, %s of the decoded slots were padding
        the device worked %s of the time after the model was loaded
        time of a request: mean %.1f s, 95 %% within %.1f s
        predicted lengths were off by %.0f tokens on average; by quarter of the run: %s""",
        requests,
        answered,
        errors,
        seconds,
        requestsPerSecond(),
        tokensPerSecond(),
        percent(paddingShare),
        percent(deviceBusyShare),
        meanSeconds,
        p95Seconds,
        lengthError,
        lengthErrorByQuarter.stream()
            .map(error -> String.format(Locale.ROOT, "%.0f", error))
            .collect(Collectors.joining(", ")));
  }

  private static String percent(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.1f %%", 100 * share)
        : "an unknown share";
  }
}
