package io.lengthwise.job.record;

import io.lengthwise.request.GenerationResult;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets the responses of a key pass in the order of their turns, and holds those that come early.
 *
 * <p>Turns and responses come by different ways: a response may be here before its turn is. A turn
 * whose response never came would hold its key for ever, so only records that get a response have
 * one, and both are processed exactly once (Flink's checkpoints must not be at-least-once). A key
 * that waits for nothing has no state.
 */
public final class InputOrderFunction
    extends KeyedCoProcessFunction<String, Turn, GenerationResult, GenerationResult> {

  private static final long serialVersionUID = 1;

  private static final int HISTOGRAM_WINDOW = 1000;

  /** The positions whose responses are still to pass, by number; numbers have no gaps. */
  private transient MapState<Long, String> turns;

  private transient ValueState<Long> firstTurn;
  private transient ValueState<Long> endOfTurns;

  /** The responses that are here, by position. */
  private transient MapState<String, GenerationResult> held;

  private transient Counter heldResponses;
  private transient Histogram heldMilliseconds;

  @Override
  public void open(OpenContext context) {
    var state = getRuntimeContext();
    turns = state.getMapState(new MapStateDescriptor<>("turns", Types.LONG, Types.STRING));
    firstTurn = state.getState(new ValueStateDescriptor<>("first-turn", Types.LONG));
    endOfTurns = state.getState(new ValueStateDescriptor<>("end-of-turns", Types.LONG));
    held =
        state.getMapState(
            new MapStateDescriptor<>(
                "held", Types.STRING, TypeInformation.of(GenerationResult.class)));
    var metrics = state.getMetricGroup().addGroup("lengthwise");
    heldResponses = metrics.counter("heldResponses");
    heldMilliseconds =
        metrics.histogram("heldMilliseconds", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
  }

  @Override
  public void processElement1(Turn turn, Context context, Collector<GenerationResult> out)
      throws Exception {
    long end = number(endOfTurns);
    turns.put(end, turn.position());
    endOfTurns.update(end + 1);
    if (end == number(firstTurn)) {
      passHeld(context, out);
    }
  }

  @Override
  public void processElement2(
      GenerationResult response, Context context, Collector<GenerationResult> out)
      throws Exception {
    String position = response.origin().position();
    long first = number(firstTurn);
    if (position.equals(turns.get(first))) {
      out.collect(response);
      turns.remove(first);
      firstTurn.update(first + 1);
      passHeld(context, out);
    } else {
      held.put(position, response);
      heldResponses.inc();
    }
  }

  /** Lets pass what is here of the next turns. */
  private void passHeld(Context context, Collector<GenerationResult> out) throws Exception {
    long first = number(firstTurn);
    long end = number(endOfTurns);
    while (first < end) {
      String position = turns.get(first);
      GenerationResult response = held.get(position);
      if (response == null) {
        firstTurn.update(first);
        return;
      }
      out.collect(response);
      heldMilliseconds.update(context.timerService().currentProcessingTime() - response.created());
      held.remove(position);
      turns.remove(first);
      first++;
    }
    firstTurn.clear();
    endOfTurns.clear();
  }

  private static long number(ValueState<Long> state) throws Exception {
    Long value = state.value();
    return value == null ? 0 : value;
  }
}
