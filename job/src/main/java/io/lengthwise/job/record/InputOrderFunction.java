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
 * Emits the responses of a key in the order of their positions, and holds responses that come
 * early.
 *
 * <p>Positions and responses arrive on different streams, so a response may arrive before its
 * position. A position whose response never arrives would hold its key for ever. Therefore only
 * records that get a response have a position, and Flink's checkpoints must be exactly-once. A key
 * that waits for nothing has no state.
 */
public final class InputOrderFunction
    extends KeyedCoProcessFunction<String, OutputPosition, GenerationResult, GenerationResult> {

  private static final long serialVersionUID = 1;

  private static final int HISTOGRAM_WINDOW = 1000;

  /** The positions whose responses are not emitted yet, by number. Numbers have no gaps. */
  private transient MapState<Long, String> positions;

  private transient ValueState<Long> firstPosition;
  private transient ValueState<Long> endOfPositions;

  /** The responses that arrived early, by position. */
  private transient MapState<String, GenerationResult> held;

  private transient Counter heldResponses;
  private transient Histogram heldMilliseconds;

  @Override
  public void open(OpenContext context) {
    var state = getRuntimeContext();
    positions = state.getMapState(new MapStateDescriptor<>("positions", Types.LONG, Types.STRING));
    firstPosition = state.getState(new ValueStateDescriptor<>("first-position", Types.LONG));
    endOfPositions = state.getState(new ValueStateDescriptor<>("end-of-positions", Types.LONG));
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
  public void processElement1(OutputPosition next, Context context, Collector<GenerationResult> out)
      throws Exception {
    long end = number(endOfPositions);
    positions.put(end, next.position());
    endOfPositions.update(end + 1);
    if (end == number(firstPosition)) {
      passHeld(context, out);
    }
  }

  @Override
  public void processElement2(
      GenerationResult response, Context context, Collector<GenerationResult> out)
      throws Exception {
    String position = response.origin().position();
    long first = number(firstPosition);
    if (position.equals(positions.get(first))) {
      out.collect(response);
      positions.remove(first);
      firstPosition.update(first + 1);
      passHeld(context, out);
    } else {
      held.put(position, response);
      heldResponses.inc();
    }
  }

  /** Emits the held responses of the next positions. */
  private void passHeld(Context context, Collector<GenerationResult> out) throws Exception {
    long first = number(firstPosition);
    long end = number(endOfPositions);
    while (first < end) {
      String position = positions.get(first);
      GenerationResult response = held.get(position);
      if (response == null) {
        firstPosition.update(first);
        return;
      }
      out.collect(response);
      heldMilliseconds.update(context.timerService().currentProcessingTime() - response.created());
      held.remove(position);
      positions.remove(first);
      first++;
    }
    firstPosition.clear();
    endOfPositions.clear();
  }

  private static long number(ValueState<Long> state) throws Exception {
    Long value = state.value();
    return value == null ? 0 : value;
  }
}
