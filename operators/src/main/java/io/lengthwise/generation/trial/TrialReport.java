package io.lengthwise.generation.trial;

import java.util.Arrays;

/**
 * The result of a schedule in a trial. Arrays have an element for each request, by its number.
 * Times are milliseconds from the start.
 *
 * @param arrival when the request arrived
 * @param admitted when it was first admitted
 * @param finished when it was answered
 * @param predicted the predicted length of the answer, in tokens
 * @param tokens the tokens of the answer
 * @param decodeSlots rows times steps of all decoding, padding included
 * @param cappedSlots the decode slots of rows that reached the cap of their static batch and ran
 *     again
 * @param decodeTokens the decoded tokens, dropped ones included
 * @param batches the static batches
 * @param cappedRows the rows that reached the cap of their static batch and ran again
 * @param preemptions the rows that lost their slot
 * @param prefillTokens the prefilled tokens
 * @param prefillMillis the time in which prompts were prefilled or copied
 * @param longestGapMillis the longest time between two segments of a decoding row
 * @param busyMillis the time in which the device computed
 * @param totalMillis when the last request was answered
 */
public record TrialReport(
    double[] arrival,
    double[] admitted,
    double[] finished,
    float[] predicted,
    int[] tokens,
    long decodeSlots,
    long cappedSlots,
    long decodeTokens,
    long batches,
    long cappedRows,
    long preemptions,
    long prefillTokens,
    double prefillMillis,
    double longestGapMillis,
    double busyMillis,
    double totalMillis) {

  /** The tokens of all answers. */
  public long usefulTokens() {
    return Arrays.stream(tokens).asLongStream().sum();
  }

  /**
   * The average length as the paper counts: the decode steps for an answer in the pass that
   * completed it, and one more.
   */
  public double averageLength() {
    return (double) (decodeSlots - cappedSlots) / tokens.length + 1;
  }

  /**
   * The useful tokens divided by the decode slots of the passes that completed answers, as the
   * paper counts.
   */
  public double effective() {
    return (double) usefulTokens() / (decodeSlots - cappedSlots);
  }

  /** The useful tokens divided by all decode slots. */
  public double effectiveAll() {
    return (double) usefulTokens() / decodeSlots;
  }

  /** Useful tokens in a second. */
  public double tokensPerSecond() {
    return 1000 * usefulTokens() / totalMillis;
  }

  /** The times from arrival to answer, for answers of at most {@code longest} tokens, ascending. */
  public double[] completionTimes(int longest) {
    double[] times = new double[tokens.length];
    int count = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] <= longest) {
        times[count++] = finished[i] - arrival[i];
      }
    }
    double[] sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** The longest time from arrival to admission. */
  public double longestWait() {
    double longest = 0;
    for (int i = 0; i < tokens.length; i++) {
      longest = Math.max(longest, admitted[i] - arrival[i]);
    }
    return longest;
  }
}
