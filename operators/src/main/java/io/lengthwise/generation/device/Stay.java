package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.Timings;

/**
 * A row's time on the device: its current slot, and the time of all of its stays.
 *
 * <p>A stay begins when the row is admitted. It ends when the row ends or leaves the device for
 * another row. For the engine's thread.
 */
public final class Stay {

  private static final long NEVER = -1;

  private Slot slot;
  private int held;
  private int count;
  private long begin;
  private long firstBegin = NEVER;
  private long prefilledAt = NEVER;
  private long millisBefore;

  /** Tokens generated when the remaining length was last reviewed. */
  private int reviewedAt;

  /** Whether a segment has ended in this stay, and when the last one did. */
  private boolean decoding;

  private long segmentEnd;

  /**
   * Begins a stay in a slot that holds no tokens yet.
   *
   * @param generated the tokens that the row has generated before
   */
  void begin(Slot admittedTo, int generated, long now) {
    slot = admittedTo;
    held = 0;
    count++;
    decoding = false;
    begin = now;
    reviewedAt = generated;
    firstBegin = firstBegin == NEVER ? now : firstBegin;
  }

  /** Continues in another slot, into which the cells were copied. */
  void moveTo(Slot larger) {
    slot = larger;
  }

  /** Ends the stay, and returns the slot. */
  Slot end(long now) {
    Slot freed = slot;
    slot = null;
    held = 0;
    millisBefore += now - begin;
    return freed;
  }

  /** The slot holds the row's first {@code tokens} tokens. */
  void hold(int tokens) {
    held = tokens;
  }

  /** The slot holds all that is prefilled before the row's first segment. */
  void prefilledBeforeFirstSegment(long now) {
    prefilledAt = now;
  }

  /** A segment of decode steps ended, at the device's time in nanoseconds. */
  void segmentEnded(long nanos) {
    decoding = true;
    segmentEnd = nanos;
  }

  /** Nanoseconds since the last segment of this stay ended; 0 before the first one. */
  long nanosSinceSegment(long nanos) {
    return decoding ? nanos - segmentEnd : 0;
  }

  /** The slot, null while the row is not on the device. */
  Slot slot() {
    return slot;
  }

  /** Tokens of the row that the slot holds. */
  int held() {
    return held;
  }

  /** Whether this stay, or the last one, is the row's first. */
  boolean isFirst() {
    return count == 1;
  }

  /** Epoch milliseconds of the first admission, or {@code otherwise} if there was none. */
  public long firstBegin(long otherwise) {
    return firstBegin == NEVER ? otherwise : firstBegin;
  }

  /** Milliseconds spent on the device so far, without the current stay. */
  public long millisBefore() {
    return millisBefore;
  }

  /** Tokens generated since the remaining length was last reviewed, or since the admission. */
  public int tokensSinceReview(int generated) {
    return generated - reviewedAt;
  }

  /** The remaining length was reviewed when the row had generated some tokens. */
  public void reviewed(int generated) {
    reviewedAt = generated;
  }

  /**
   * How long a request waited, was prefilled and decoded. All the time of a row that was never
   * admitted counts as waiting.
   */
  Timings timings(PendingRequest submitted, long finishedAt) {
    long admitted = firstBegin(finishedAt);
    long prefilled = prefilledAt == NEVER ? admitted : prefilledAt;
    return new Timings(
        submitted.formedAt() - submitted.predicted().predictedAt(),
        admitted - submitted.formedAt(),
        prefilled - admitted,
        finishedAt - prefilled);
  }
}
