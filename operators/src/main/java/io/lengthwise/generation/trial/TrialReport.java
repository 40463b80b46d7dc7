package io.lengthwise.generation.trial;

import java.util.Arrays;

/**
 * What a schedule did with the requests of a trial. Arrays have an element for each request, by its
 * number; times are milliseconds from the start.
 *
 * @param arrival when it arrived
 * @param admitted when it first got a place on the device
 * @param finished when it was answered
 * @param predicted the predicted length of the answer, in tokens
 * @param tokens tokens of the answer
 * @param decodeSlots rows times steps of all decoding, padding included
 * @param cappedSlots those of rows that reached the cap of their static batch and ran again
 * @param decodeTokens tokens decoded, with those that were thrown away
 * @param batches static batches
 * @param cappedRows rows that reached the cap of their static batch and ran again
 * @param preemptions rows that gave their place up
 * @param prefillTokens tokens prefilled
 * @param prefillMillis time in which prompts were prefilled or copied
 * @param longestGapMillis the longest time for which a row that decodes stood still
 * @param busyMillis time in which the device computed
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

  /** Tokens of all answers. */
  public long usefulTokens() {
    return Arrays.stream(tokens).asLongStream().sum();
  }

  /** Decode steps that an answer paid for when it was made and, as the paper counts, one more. */
  public double averageLength() {
    return (double) (decodeSlots - cappedSlots) / tokens.length + 1;
  }

  /** Useful tokens to the slots of the passes in which answers were made, as the paper counts. */
  public double effective() {
    return (double) usefulTokens() / (decodeSlots - cappedSlots);
  }

  /** Useful tokens to all decoded slots. */
  public double effectiveAll() {
    return (double) usefulTokens() / decodeSlots;
  }

  /** Useful tokens a second. */
  public double tokensPerSecond() {
    return 1000 * usefulTokens() / totalMillis;
  }

  /** From arrival to answer, of the answers of at most so many tokens, ascending. */
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

  /** The longest time from arrival to a place on the device. */
  public double longestWait() {
    double longest = 0;
    for (int i = 0; i < tokens.length; i++) {
      longest = Math.max(longest, admitted[i] - arrival[i]);
    }
    return longest;
  }
}
