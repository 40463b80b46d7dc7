package io.lengthwise.generation.accelerator;

/**
 * Counts what an engine has done, and shows what it holds. The engine's thread writes, any thread
 * reads.
 *
 * <p>A decode slot is one row in one decode step. In a static batch, rows that have ended take
 * decode slots without making tokens, which is padding. An accepted token of a draft is a decode
 * slot of its own.
 */
@SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread writes.
public final class EngineStatistics {

  private volatile int width;
  private volatile int rowsRunning;
  private volatile int rowsWaiting;
  private volatile int freeRows;
  private volatile int freeCells;
  private volatile int keptCells;
  private volatile int cells;
  private volatile long prefillTokens;
  private volatile long reusedTokens;
  private volatile long decodeTokens;
  private volatile long decodeSlots;
  private volatile long decodeSteps;
  private volatile long draftedTokens;
  private volatile long acceptedTokens;
  private volatile long prefillNanos;
  private volatile long decodeNanos;
  private volatile long longestGapNanos;
  private volatile long failedCalls;
  private volatile long preemptions;
  private volatile long batches;
  private volatile long cappedRows;
  private volatile long cappedSlots;

  /** Sets the most rows that decode together. */
  public void decodesTogether(int rows) {
    width = rows;
  }

  /** Sets the numbers of rows: running, waiting, and those that could still join. */
  public void holdsRows(int running, int waiting, int couldJoin) {
    rowsRunning = running;
    rowsWaiting = waiting;
    freeRows = couldJoin;
  }

  /** Sets the numbers of cells of the key-value cache: free, kept among the free ones, and all. */
  public void holdsCells(int free, int kept, int all) {
    freeCells = free;
    keptCells = kept;
    cells = all;
  }

  public void prefilled(int tokens, long nanos) {
    prefillTokens += tokens;
    prefillNanos += nanos;
  }

  /** Counts prompt tokens that were copied from another slot. */
  public void reused(int tokens, long nanos) {
    reusedTokens += tokens;
    prefillNanos += nanos;
  }

  public void decoded(int steps, int rows, int tokens, long nanos) {
    decodeSteps += steps;
    decodeSlots += (long) steps * rows;
    decodeTokens += tokens;
    decodeNanos += nanos;
  }

  /** Notes how long a decoding row stood still between two segments. */
  public void stoodStill(long nanos) {
    longestGapNanos = Math.max(longestGapNanos, nanos);
  }

  /** Counts the drafted and accepted tokens of a segment. */
  public void lookedUp(int drafted, int accepted) {
    decodeSlots += accepted;
    draftedTokens += drafted;
    acceptedTokens += accepted;
  }

  /** Counts a device call that threw. */
  public void callFailed() {
    failedCalls++;
  }

  public void preempted() {
    preemptions++;
  }

  public void batchStarted() {
    batches++;
  }

  /** Counts capped rows, which reached the cap of their batch after {@code steps} decode steps. */
  public void capped(int rows, int steps) {
    cappedRows += rows;
    cappedSlots += (long) rows * steps;
  }

  /** The most rows that decode together; 0 before the engine has decided. */
  public int width() {
    return width;
  }

  public int rowsRunning() {
    return rowsRunning;
  }

  public int rowsWaiting() {
    return rowsWaiting;
  }

  public int freeRows() {
    return freeRows;
  }

  public int freeCells() {
    return freeCells;
  }

  /** The free cells that hold kept prefixes. */
  public int keptCells() {
    return keptCells;
  }

  public int cells() {
    return cells;
  }

  public long prefillTokens() {
    return prefillTokens;
  }

  /** Prompt tokens that were copied from another slot instead of being prefilled. */
  public long reusedTokens() {
    return reusedTokens;
  }

  public long decodeTokens() {
    return decodeTokens;
  }

  public long decodeSlots() {
    return decodeSlots;
  }

  public long decodeSteps() {
    return decodeSteps;
  }

  /** Tokens that prompt lookup drafted. */
  public long draftedTokens() {
    return draftedTokens;
  }

  /** Drafted tokens that became tokens of their rows. */
  public long acceptedTokens() {
    return acceptedTokens;
  }

  public long prefillNanos() {
    return prefillNanos;
  }

  public long decodeNanos() {
    return decodeNanos;
  }

  /** The longest time between two segments of a running row. */
  public long longestGapNanos() {
    return longestGapNanos;
  }

  /** Device calls that threw. */
  public long failedCalls() {
    return failedCalls;
  }

  public long preemptions() {
    return preemptions;
  }

  /** Static batches started. */
  public long batches() {
    return batches;
  }

  /** Rows that reached the cap of their static batch before they ended, and ran again. */
  public long cappedRows() {
    return cappedRows;
  }

  /** Decode slots that the capped rows took until they reached the cap. */
  public long cappedSlots() {
    return cappedSlots;
  }

  /** The share of decode slots that made no token. */
  public double paddingShare() {
    return decodeSlots == 0 ? 0 : 1 - (double) decodeTokens / decodeSlots;
  }

  /** Nanoseconds in which the device has worked. */
  public long busyNanos() {
    return prefillNanos + decodeNanos;
  }
}
