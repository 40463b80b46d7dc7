package io.lengthwise.batching;

import io.lengthwise.request.GenerationRequest;
import java.time.Duration;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;

/**
 * Fires a bucket's window when it holds the bucket's number of requests, when its oldest request
 * has waited long enough, or when the stream ends.
 *
 * <p>Each request has the number of requests that fill its bucket. The number of the latest request
 * counts.
 *
 * <p>The wait starts when the request enters the window, not when its length is predicted. When the
 * engine is full, requests are old when they arrive, and each would fire its window alone. A
 * request with a deadline waits at most half of the remaining time, so that the other half remains
 * for its answer. An event-time timer detects the end of the stream, since Flink drops
 * processing-time timers there. After firing, the window has no elements, no timer and no state.
 */
public final class MicroBatchTrigger extends Trigger<BucketedRequest, GlobalWindow> {

  private static final long serialVersionUID = 1;

  private static final ValueStateDescriptor<Integer> COUNT =
      new ValueStateDescriptor<>("count", Types.INT);
  private static final ValueStateDescriptor<Long> FIRE_AT =
      new ValueStateDescriptor<>("fire-at", Types.LONG);

  private final long maxWaitMillis;

  public MicroBatchTrigger(Duration maxWait) {
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException("the maximum wait must not be negative; it is " + maxWait);
    }
    this.maxWaitMillis = maxWait.toMillis();
  }

  @Override
  public TriggerResult onElement(
      BucketedRequest element, long timestamp, GlobalWindow window, TriggerContext context)
      throws Exception {
    ValueState<Integer> count = context.getPartitionedState(COUNT);
    int waiting = count.value() == null ? 1 : count.value() + 1;
    long wait = waitOf(element, context.getCurrentProcessingTime());
    if (waiting >= element.bucket().size() || wait <= 0) {
      return fire(window, context);
    }
    count.update(waiting);
    fireAt(context.getCurrentProcessingTime() + wait, context);
    context.registerEventTimeTimer(window.maxTimestamp());
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context)
      throws Exception {
    return fire(window, context);
  }

  @Override
  public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context)
      throws Exception {
    return fire(window, context);
  }

  @Override
  public void clear(GlobalWindow window, TriggerContext context) throws Exception {
    ValueState<Long> fireAt = context.getPartitionedState(FIRE_AT);
    if (fireAt.value() != null) {
      context.deleteProcessingTimeTimer(fireAt.value());
      context.deleteEventTimeTimer(window.maxTimestamp());
      fireAt.clear();
    }
    context.getPartitionedState(COUNT).clear();
  }

  private long waitOf(BucketedRequest element, long now) {
    GenerationRequest request = element.request().encoded().request();
    return request.expiredAt(now) ? 0 : Math.min(maxWaitMillis, (request.deadline() - now) / 2);
  }

  /** Moves the timer to a time if that is earlier. */
  private static void fireAt(long time, TriggerContext context) throws Exception {
    ValueState<Long> fireAt = context.getPartitionedState(FIRE_AT);
    Long current = fireAt.value();
    if (current != null && current <= time) {
      return;
    }
    if (current != null) {
      context.deleteProcessingTimeTimer(current);
    }
    context.registerProcessingTimeTimer(time);
    fireAt.update(time);
  }

  private TriggerResult fire(GlobalWindow window, TriggerContext context) throws Exception {
    clear(window, context);
    return TriggerResult.FIRE_AND_PURGE;
  }
}
