package io.lengthwise.generation.device;

import io.lengthwise.model.Vocabulary;
import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.request.Completion;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import io.lengthwise.request.Timings;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A request on its way through the engine: it waits, has a slot on the device, and ends.
 *
 * <p>The engine's thread owns it; the operator's thread reads it for checkpoints ({@link
 * #pending()}, at any time) and for its result (once it is finished).
 */
public final class Row implements DecodeRow, PrefixHolder, Waiting, EngineWork<PendingRequest> {

  private static final long NEVER = -1;

  /** The share of predicted lengths that do not belong to the tail. */
  private static final double TAIL = 0.9;

  private final PendingRequest origin;
  private final Consumer<Row> whenFinished;
  private final boolean question;
  private final Answer answer;
  private RequestError error;
  private volatile boolean cancelled;

  /** The length bucket it is batched in, and the most tokens it may make there. */
  private int bucket;

  private int cap = Integer.MAX_VALUE;
  private boolean restarted;

  private Slot slot;
  private int held;
  private int places;
  private long placedAt;
  private long millisecondsOnDevice;

  /** Whether a segment has ended since it got its place, and when the last one did. */
  private boolean decoding;

  private long segmentEnd;

  /** Tokens it had when its remaining length was last predicted. */
  private int reviewedAt;

  private long admittedAt = NEVER;
  private long prefilledAt;
  private long finishedAt;

  /**
   * A row that waits.
   *
   * @param whenFinished told on the engine's thread, once
   */
  public Row(PendingRequest origin, Vocabulary vocabulary, Consumer<Row> whenFinished) {
    this(origin, vocabulary, whenFinished, false);
  }

  private Row(
      PendingRequest origin, Vocabulary vocabulary, Consumer<Row> whenFinished, boolean question) {
    this.origin = origin;
    this.whenFinished = whenFinished;
    this.question = question;
    this.bucket = origin.bucket();
    answer = new Answer(origin.predicted().encoded(), origin.generated(), vocabulary);
  }

  /**
   * A row that asks about a request rather than answering it; all that is answered waits for it.
   */
  public static Row ofQuestion(
      PendingRequest origin, Vocabulary vocabulary, Consumer<Row> whenFinished) {
    return new Row(origin, vocabulary, whenFinished, true);
  }

  public boolean isQuestion() {
    return question;
  }

  private GenerationRequest request() {
    return origin.predicted().encoded().request();
  }

  /** Cells that hold the row, with a quantile of what it may still generate. */
  public int cellsNeeded(double quantile) {
    int cap = request().maxTokens();
    double more = origin.predicted().length().remainingQuantile(quantile, generated(), cap);
    return length() + (int) Math.min(cap - generated(), Math.ceil(more));
  }

  /** Cells that hold the row however long its answer is, up to its cap. */
  public int cellsAtMost() {
    return answer.promptLength() + Math.min(maxTokens(), cap);
  }

  /**
   * Puts it into a batch with a cap, which leaves it room for at least one more token.
   *
   * @param bound the batch's length bucket
   * @param tokens the most tokens its answer may have at the end of the batch
   */
  public void cap(int bound, int tokens) {
    bucket = bound;
    cap = Math.max(tokens, generated() + 1);
  }

  /** Lifts the cap. */
  public void uncap() {
    cap = Integer.MAX_VALUE;
  }

  /** Drops what it has generated. */
  public void restart() {
    answer.restart();
    restarted = true;
  }

  /** Takes a place on the device. */
  public void admit(Slot place, long now) {
    slot = place;
    held = 0;
    places++;
    decoding = false;
    placedAt = now;
    reviewed();
    startAt(now);
  }

  /** Whether the place it has, or had last, is the first one it got. */
  boolean isInFirstPlace() {
    return places == 1;
  }

  private void startAt(long now) {
    if (admittedAt == NEVER) {
      admittedAt = now;
      prefilledAt = now;
    }
  }

  /** Moves to a larger slot, into which its cells were copied. */
  void moveTo(Slot place) {
    slot = place;
  }

  /** Leaves the device; its tokens stay. */
  Slot release(long now) {
    Slot place = slot;
    slot = null;
    held = 0;
    millisecondsOnDevice += now - placedAt;
    return place;
  }

  /** Tells that its slot holds so many tokens: prefilled, or copied from another one. */
  void prefilled(int count, long now) {
    held = count;
    if (!restarted && generated() == origin.generated().length) {
      prefilledAt = now;
    }
  }

  /**
   * Takes the tokens of a segment; all but the last are in its slot.
   *
   * @param nanos the device's time at the end of the segment
   * @return how many it took: those behind a stop string are dropped
   */
  int decoded(int[] newTokens, long nanos) {
    int taken = answer.append(newTokens);
    held = length() - 1;
    decoding = true;
    segmentEnd = nanos;
    return taken;
  }

  /** Nanoseconds for which it has stood still since its last segment; 0 before its first one. */
  long nanosSinceSegment(long nanos) {
    return decoding ? nanos - segmentEnd : 0;
  }

  @Override
  public int held() {
    return held;
  }

  /** Tokens that have to be prefilled before it decodes. */
  int tokensToPrefill() {
    return length() - 1 - held;
  }

  /** Whether nothing of it is left to prefill before it decodes, or it has ended. */
  public boolean isPrefilled() {
    return tokensToPrefill() <= 0 || isFinished();
  }

  /** Whether its slot has no cell left for another token. */
  public boolean isSlotFull() {
    return length() - 1 >= slot.size();
  }

  public boolean isFinished() {
    return answer.finishReason() != null || error != null;
  }

  /**
   * Ends it, if it must not run: its deadline passed while it waited, or it was finished already
   * when it was restored.
   */
  public boolean endsBeforeRunning(long now) {
    if (!isFinished() && generated() == 0 && !restarted && request().expiredAt(now)) {
      error =
          RequestError.deadlineExceeded(
              "the deadline passed while the request waited for a place on the device");
    }
    if (isFinished()) {
      finish(now);
    }
    return isFinished();
  }

  /** Gives it an error for an answer; it has yet to leave its place. */
  void fail(RequestError reason) {
    error = reason;
  }

  /** Whether it has an error for an answer. */
  public boolean hasFailed() {
    return error != null;
  }

  /** Ends it with an error. */
  void refuse(RequestError reason, long now) {
    error = reason;
    finish(now);
  }

  /** Tells whoever waits for it that it has ended. */
  public void finish(long now) {
    // Of a row that never ran, or not since it was restored, all the time counts as waiting.
    startAt(now);
    finishedAt = now;
    whenFinished.accept(this);
  }

  /** Epoch milliseconds of its first admission. */
  public long admittedAt() {
    return admittedAt;
  }

  /** Whether its answer was cut at its limit. */
  public boolean isCut() {
    return answer.finishReason() == FinishReason.LENGTH;
  }

  /** In which it had a place there, until it last gave one up. */
  public long millisecondsOnDevice() {
    return millisecondsOnDevice;
  }

  /** Tokens generated since its remaining length was last predicted, or it was admitted. */
  public int tokensSinceReview() {
    return generated() - reviewedAt;
  }

  /** Tells that its remaining length was predicted. */
  public void reviewed() {
    reviewedAt = generated();
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
        origin.predicted(), origin.bucket(), origin.formedAt(), answer.generatedTokens());
  }

  public GenerationResult result() {
    if (error != null) {
      return GenerationResult.failed(request(), error, finishedAt);
    }
    Completion completion =
        new Completion(
            answer.text(),
            answer.finishReason(),
            answer.promptLength(),
            generated(),
            (float) predictedTokens(),
            bucket,
            restarted ? 0 : origin.generated().length);
    Timings timings =
        new Timings(
            origin.formedAt() - origin.predicted().predictedAt(),
            admittedAt - origin.formedAt(),
            prefilledAt - admittedAt,
            finishedAt - prefilledAt);
    return GenerationResult.completed(request(), completion, timings, finishedAt);
  }

  /**
   * What the length of the finished answer teaches; empty where there is no answer.
   *
   * <p>An answer that reached {@code max_tokens} is cut: it says that the model had more to say,
   * not how much. One that a stop string or a stop token ended is whole, since whoever asks so
   * again gets one of that length again.
   */
  public Optional<CompletedLength> completedLength() {
    return error != null
        ? Optional.empty()
        : Optional.of(
            new CompletedLength(
                request().model(),
                origin.predicted().features(),
                answer.promptLength(),
                generated(),
                isCut()));
  }

  /** Tokens of its prompt that are prefilled: the last one is decoded. */
  int promptTokensToPrefill() {
    return answer.promptLength() - 1;
  }

  /** All its tokens, and perhaps more elements behind them. */
  int[] tokens() {
    return answer.tokens();
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
    return origin.predicted().length().mean(request().maxTokens());
  }

  /** The most tokens of its answer that the request allows. */
  public int maxTokens() {
    return request().maxTokens();
  }

  /**
   * Tokens of its answer that are expected, given those it has: the mean for a quantile of 0, else
   * the quantile. More than it has, unless it has all that the request allows.
   */
  public double predictedTokens(double quantile) {
    LengthDistribution length = origin.predicted().length();
    return generated()
        + (quantile == 0
            ? length.remainingMean(generated(), maxTokens())
            : length.remainingQuantile(quantile, generated(), maxTokens()));
  }

  @Override
  public double tailTokens() {
    return origin.predicted().length().cvar(TAIL, request().maxTokens());
  }

  @Override
  public double remainingTokens() {
    return origin.predicted().length().remainingMean(generated(), request().maxTokens());
  }

  @Override
  public Slot slot() {
    return slot;
  }

  @Override
  public int length() {
    return answer.length();
  }

  @Override
  public int token(int position) {
    return answer.tokens()[position];
  }

  @Override
  public int generated() {
    return answer.generated();
  }

  @Override
  public int limit() {
    return isFinished()
        ? 0
        : Math.min(Math.min(maxTokens(), cap) - generated(), slot.size() - (length() - 1));
  }

  @Override
  public Sampling sampling() {
    return request().sampling();
  }
}
