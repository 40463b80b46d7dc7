package io.lengthwise.generation.device;

import io.lengthwise.model.Vocabulary;
import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import java.util.function.Consumer;

/**
 * A request on its way through the engine: it waits, stays on the device, and ends.
 *
 * <p>The engine's thread owns a row. The operator's thread reads {@link #pending()} for checkpoints
 * at any time, and {@link #outcome()} once the row has ended.
 */
public final class Row implements DecodeRow, PrefixHolder, Waiting, EngineWork<PendingRequest> {

  private static final int NO_CAP = Integer.MAX_VALUE;

  private final PendingRequest submitted;
  private final Consumer<Row> whenFinished;
  private final boolean question;
  private final Answer answer;
  private final Forecast forecast;
  private final Stay stay = new Stay();

  /** The length bucket in which the row is batched, and the most answer tokens in this batch. */
  private int bucket;

  private int cap = NO_CAP;
  private boolean restarted;

  private RequestError error;
  private volatile boolean cancelled;
  private long finishedAt;

  /**
   * A row that waits.
   *
   * @param whenFinished called once, by the engine's thread, when the row ends
   */
  public Row(PendingRequest submitted, Vocabulary vocabulary, Consumer<Row> whenFinished) {
    this(submitted, vocabulary, whenFinished, false);
  }

  private Row(
      PendingRequest submitted,
      Vocabulary vocabulary,
      Consumer<Row> whenFinished,
      boolean question) {
    this.submitted = submitted;
    this.whenFinished = whenFinished;
    this.question = question;
    this.bucket = submitted.bucket();
    this.answer = new Answer(submitted.predicted().encoded(), submitted.generated(), vocabulary);
    this.forecast = new Forecast(submitted.predicted().length(), request().maxTokens());
  }

  /** A row that probes a request. It goes before all rows that answer. */
  public static Row ofQuestion(
      PendingRequest submitted, Vocabulary vocabulary, Consumer<Row> whenFinished) {
    return new Row(submitted, vocabulary, whenFinished, true);
  }

  public boolean isQuestion() {
    return question;
  }

  private GenerationRequest request() {
    return submitted.predicted().encoded().request();
  }

  /** How long the answer will be. */
  public Forecast forecast() {
    return forecast;
  }

  /** The row's time on the device. */
  public Stay stay() {
    return stay;
  }

  /** Cells that hold the row with a quantile of the tokens that it may still generate. */
  public int cellsNeeded(double quantile) {
    return length() + forecast.remainingToReserve(quantile, generated());
  }

  /** Cells that hold the row however long its answer becomes, up to its cap. */
  public int cellsAtMost() {
    return answer.promptLength() + Math.min(forecast.maxTokens(), cap);
  }

  /**
   * Joins a static batch with a cap. The row may generate at least one more token.
   *
   * @param bound upper bound of the batch's length bucket
   * @param mostTokens the most tokens of the answer at the end of the batch
   */
  public void joinBatch(int bound, int mostTokens) {
    bucket = bound;
    cap = Math.max(mostTokens, generated() + 1);
  }

  /** Lifts the cap. */
  public void uncap() {
    cap = NO_CAP;
  }

  /** Drops the tokens generated so far. */
  public void restart() {
    answer.restart();
    restarted = true;
  }

  /** Begins a stay on the device. */
  public void admit(Slot slot, long now) {
    stay.begin(slot, generated(), now);
  }

  /** The slot holds the first {@code count} tokens: prefilled, or copied from another slot. */
  void prefilled(int count, long now) {
    stay.hold(count);
    if (!restarted && generated() == submitted.generated().length) {
      stay.prefilledBeforeFirstSegment(now);
    }
  }

  /**
   * Takes the tokens of a segment. The slot holds all of them but the last one.
   *
   * @param nanos the device's time at the end of the segment
   * @return how many tokens the row took: those after a stop string are dropped
   */
  int decoded(int[] newTokens, long nanos) {
    int taken = answer.append(newTokens);
    stay.hold(length() - 1);
    stay.segmentEnded(nanos);
    return taken;
  }

  /** Tokens that have to be prefilled before the row decodes. */
  int tokensToPrefill() {
    return length() - 1 - held();
  }

  /** Whether nothing is left to prefill before the row decodes, or the row has ended. */
  public boolean isPrefilled() {
    return tokensToPrefill() <= 0 || isFinished();
  }

  /** Whether the slot has no cell left for another token. */
  public boolean isSlotFull() {
    return length() - 1 >= slot().size();
  }

  public boolean isFinished() {
    return answer.finishReason() != null || error != null;
  }

  /** Whether the answer reached {@code max_tokens}. */
  public boolean isCut() {
    return answer.finishReason() == FinishReason.LENGTH;
  }

  /**
   * Ends a row that must not run: its deadline passed while it waited, or it was restored with a
   * whole answer.
   *
   * @return whether the row has ended
   */
  public boolean endsBeforeRunning(long now) {
    if (!isFinished() && generated() == 0 && !restarted && request().expiredAt(now)) {
      error =
          RequestError.deadlineExceeded(
              "the deadline passed while the request waited for a slot on the device");
    }
    if (isFinished()) {
      finish(now);
    }
    return isFinished();
  }

  /**
   * Gives the row an error in place of an answer. The row has yet to leave the device or to finish.
   */
  void fail(RequestError reason) {
    error = reason;
  }

  public boolean hasFailed() {
    return error != null;
  }

  /** Tells the submitter that the row has ended. */
  public void finish(long now) {
    finishedAt = now;
    whenFinished.accept(this);
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public PendingRequest pending() {
    return new PendingRequest(
        submitted.predicted(), submitted.bucket(), submitted.formedAt(), answer.generatedTokens());
  }

  /** The outcome of a row that has ended. */
  public Outcome outcome() {
    if (error != null) {
      return Outcome.failed(request(), error, finishedAt);
    }
    int continued = restarted ? 0 : submitted.generated().length;
    return Outcome.answered(
        submitted, answer, bucket, continued, stay.timings(submitted, finishedAt), finishedAt);
  }

  /** The tokens of prompt and answer. */
  Answer answer() {
    return answer;
  }

  @Override
  public long arrival() {
    return request().origin().arrival();
  }

  @Override
  public int priority() {
    return question ? Integer.MAX_VALUE : request().priority();
  }

  @Override
  public long deadline() {
    return request().deadline();
  }

  @Override
  public double predictedTokens() {
    return forecast.mean();
  }

  @Override
  public double tailTokens() {
    return forecast.tailMean();
  }

  @Override
  public double remainingTokens() {
    return forecast.remainingMean(generated());
  }

  @Override
  public Slot slot() {
    return stay.slot();
  }

  @Override
  public int held() {
    return stay.held();
  }

  @Override
  public int length() {
    return answer.length();
  }

  @Override
  public int token(int position) {
    return answer.token(position);
  }

  @Override
  public int generated() {
    return answer.generated();
  }

  @Override
  public int limit() {
    return isFinished()
        ? 0
        : Math.min(
            Math.min(forecast.maxTokens(), cap) - generated(), slot().size() - (length() - 1));
  }

  @Override
  public Sampling sampling() {
    return request().sampling();
  }
}
