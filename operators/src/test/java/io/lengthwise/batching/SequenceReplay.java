package io.lengthwise.batching;

import io.lengthwise.batching.SequenceScheduler.Batch;
import io.lengthwise.prediction.RecordedLengths;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Replays recorded lengths, group after group, through a {@link SequenceScheduler}. The device
 * decodes one token of every row in a step. The real length of an answer is the greedy one.
 */
final class SequenceReplay {

  /** The cap of every answer, in tokens. */
  static final int MAXIMUM = 512;

  private final List<RecordedLengths> answers;
  private final SequenceScheduler<RecordedLengths> scheduler;
  private int batches;
  private int cappedRows;
  private long finishingSlots;
  private long slots;

  SequenceReplay(
      List<RecordedLengths> answers,
      SequenceOptions options,
      ToDoubleFunction<RecordedLengths> prediction) {
    this.answers = answers;
    scheduler = new SequenceScheduler<>(options, prediction, answer -> MAXIMUM);
    for (List<RecordedLengths> group : scheduler.groups(answers)) {
      List<RecordedLengths> capped = new ArrayList<>();
      scheduler.batches(group).forEach(batch -> capped.addAll(decode(batch)));
      cappedRows += capped.size();
      for (Batch<RecordedLengths> batch : scheduler.recomputations(capped)) {
        if (!decode(batch).isEmpty()) {
          throw new AssertionError("a row was capped twice");
        }
      }
    }
  }

  /** Options of the paper, with batches of 16 rows if the size does not vary. */
  static SequenceOptions options(
      boolean binning, boolean variableBatchSize, Recomputation recomputation, int groupSize) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, 0, groupSize, 16, LengthBuckets.DEFAULT);
  }

  /** Decodes a batch and returns the rows that reached its cap before they ended. */
  private List<RecordedLengths> decode(Batch<RecordedLengths> batch) {
    List<RecordedLengths> rows = batch.members();
    int longest = rows.stream().mapToInt(SequenceReplay::length).max().orElseThrow();
    int steps = Math.min(batch.cap(), longest);
    List<RecordedLengths> capped =
        rows.stream().filter(answer -> length(answer) > batch.cap()).toList();
    batches++;
    slots += (long) steps * rows.size();
    finishingSlots += (long) steps * (rows.size() - capped.size());
    return capped;
  }

  /** The mean number of steps of the batch that finished an answer, plus one for the prefill. */
  double averageLength() {
    return (double) finishingSlots / answers.size() + 1;
  }

  /** The share of the slots of finished rows that made a token of an answer. */
  double effective() {
    return (double) tokens() / finishingSlots;
  }

  /** The share of all slots that made a token of an answer. */
  double effectiveOfAll() {
    return (double) tokens() / slots;
  }

  int batches() {
    return batches;
  }

  int cappedRows() {
    return cappedRows;
  }

  private long tokens() {
    return answers.stream().mapToLong(SequenceReplay::length).sum();
  }

  private static int length(RecordedLengths answer) {
    return Math.min(MAXIMUM, answer.greedy());
  }
}
