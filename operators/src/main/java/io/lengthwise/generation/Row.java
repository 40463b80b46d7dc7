package io.lengthwise.generation;

import io.lengthwise.model.AnswerText;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.DecodeRow;
import io.lengthwise.model.Slot;
import io.lengthwise.request.Completion;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import io.lengthwise.request.Timings;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One answer being generated.
 *
 * <p>The engine's thread owns it; the operator's thread reads it for checkpoints ({@link
 * #pending()}, at any time) and for its result (once it is finished).
 */
final class Row implements DecodeRow, Waiting {

  private final PendingRequest origin;
  private final CausalLanguageModel model;
  private final Consumer<Row> whenFinished;
  private final int continued;
  private int[] tokens;
  private int length;
  private FinishReason finishReason;
  private RequestError error;
  private AnswerText text;

  private Slot slot;
  private int held;
  private long admittedAt;
  private long prefilledAt;
  private long finishedAt;
  private volatile boolean cancelled;

  /**
   * A row that waits.
   *
   * @param whenFinished told on the engine's thread, once
   */
  Row(PendingRequest origin, CausalLanguageModel model, Consumer<Row> whenFinished) {
    this.origin = origin;
    this.model = model;
    this.whenFinished = whenFinished;
    this.continued = origin.generated().length;
    int[] prompt = origin.predicted().encoded().promptTokens();
    tokens = Arrays.copyOf(prompt, prompt.length + continued);
    length = prompt.length;
    if (!sampling().stop().isEmpty()) {
      text = new AnswerText(model.tokenizer(), sampling().stop());
    }
    append(origin.generated());
  }

  GenerationRequest request() {
    return origin.predicted().encoded().request();
  }

  /**
   * Takes new tokens, up to the one that ends the answer.
   *
   * @return how many it took
   */
  synchronized int append(int[] newTokens) {
    int taken = 0;
    for (; taken < newTokens.length && finishReason == null; taken++) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(16, 2 * length));
      }
      tokens[length++] = newTokens[taken];
      finishReason = reasonToEnd(newTokens[taken]);
    }
    return taken;
  }

  private FinishReason reasonToEnd(int token) {
    if (endsAnswer(token) || (text != null && text.append(token))) {
      return FinishReason.STOP;
    }
    return generated() == request().maxTokens() ? FinishReason.LENGTH : null;
  }

  private boolean endsAnswer(int token) {
    return model.isEndToken(token) || sampling().stopTokenIds().contains(token);
  }

  /**
   * Ends it, if it must not run: its deadline passed while it waited, or it was finished already
   * when it was restored.
   */
  boolean endsBeforeRunning(long now) {
    if (!isFinished() && generated() == 0 && request().expiredAt(now)) {
      error =
          RequestError.deadlineExceeded(
              "the deadline passed while the request waited for a place on the device");
    }
    if (isFinished()) {
      finish(now);
    }
    return isFinished();
  }

  /** Ends it with an error. */
  void refuse(RequestError reason, long now) {
    error = reason;
    finish(now);
  }

  boolean isFinished() {
    return finishReason != null || error != null;
  }

  /** Takes a place on the device. */
  void admit(Slot place, long now) {
    slot = place;
    held = 0;
    if (admittedAt == 0) {
      admittedAt = now;
      prefilledAt = now;
    }
  }

  /** Moves to a larger slot, into which its cells were copied. */
  void moveTo(Slot place) {
    slot = place;
  }

  /** Leaves the device; its tokens stay. */
  Slot release() {
    Slot place = slot;
    slot = null;
    held = 0;
    return place;
  }

  /** Tells that prefill has filled its slot with so many tokens. */
  void holds(int count, long now) {
    held = count;
    if (generated() == continued) {
      prefilledAt = now;
    }
  }

  /** Tells that decode has put all its tokens but the last into its slot. */
  void decoded() {
    held = length - 1;
  }

  /** Tells whoever waits for it that it has ended. */
  void finish(long now) {
    finishedAt = now;
    if (admittedAt == 0) {
      // It never ran, or not since it was restored: all of its time it has waited.
      admittedAt = now;
      prefilledAt = now;
    }
    whenFinished.accept(this);
  }

  /** Tokens in its slot. */
  int held() {
    return held;
  }

  boolean isPrefilled() {
    return held >= length - 1;
  }

  /** Cells that hold the row, with a quantile of what it may still generate. */
  int cellsNeeded(double quantile) {
    int cap = request().maxTokens();
    double more = origin.predicted().length().remainingQuantile(quantile, generated(), cap);
    return length + (int) Math.min(cap - generated(), Math.ceil(more));
  }

  /** Cells that hold the row however long its answer is. */
  int cellsAtMost() {
    return origin.predicted().encoded().promptTokens().length + request().maxTokens();
  }

  /** Whether its slot has no cell left for another token. */
  boolean isSlotFull() {
    return length - 1 >= slot.size();
  }

  /** Tells the engine to drop it. For any thread. */
  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  @Override
  public long arrival() {
    return request().origin().arrival();
  }

  @Override
  public int priority() {
    return request().priority();
  }

  @Override
  public double predictedTokens() {
    return origin.predicted().length().mean(request().maxTokens());
  }

  long millisecondsOnDevice() {
    return finishedAt - admittedAt;
  }

  /** What a checkpoint keeps of it. */
  synchronized PendingRequest pending() {
    int prompt = origin.predicted().encoded().promptTokens().length;
    return new PendingRequest(
        origin.predicted(),
        origin.bucket(),
        origin.formedAt(),
        Arrays.copyOfRange(tokens, prompt, length));
  }

  GenerationResult result() {
    if (error != null) {
      return GenerationResult.failed(request(), error, finishedAt);
    }
    int prompt = origin.predicted().encoded().promptTokens().length;
    Completion completion =
        new Completion(
            text(prompt),
            finishReason,
            prompt,
            generated(),
            (float) predictedTokens(),
            origin.bucket(),
            continued);
    Timings timings =
        new Timings(
            origin.formedAt() - origin.predicted().predictedAt(),
            admittedAt - origin.formedAt(),
            prefilledAt - admittedAt,
            finishedAt - prefilledAt);
    return GenerationResult.completed(request(), completion, timings, finishedAt);
  }

  private String text(int prompt) {
    if (text != null && text.stoppedAt() >= 0) {
      return text.text();
    }
    boolean ended = endsAnswer(tokens[length - 1]);
    return model
        .tokenizer()
        .decode(Arrays.copyOfRange(tokens, prompt, ended ? length - 1 : length));
  }

  @Override
  public Slot slot() {
    return slot;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int token(int position) {
    return tokens[position];
  }

  /** All its tokens, and perhaps more elements behind them. */
  int[] tokens() {
    return tokens;
  }

  @Override
  public int generated() {
    return length - origin.predicted().encoded().promptTokens().length;
  }

  @Override
  public int limit() {
    return isFinished()
        ? 0
        : Math.min(request().maxTokens() - generated(), slot.size() - (length - 1));
  }

  @Override
  public Sampling sampling() {
    return request().sampling();
  }
}
