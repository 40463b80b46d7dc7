package io.lengthwise.generation;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of the device for several pieces of work at once.
 *
 * <p>One that throws is repeated for either half of them, and so on; of one piece, once. What makes
 * it throw alone then has failed it twice, and is blamed; all else is done. Where the last of eight
 * does, that is calls for 8 (throws), 4, 4 (throws), 2, 2 (throws), 1, and 1 (throws).
 *
 * @param <W> a piece of work
 */
final class DeviceCall<W> {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceCall.class);

  private final Consumer<List<W>> call;
  private final BiConsumer<W, RuntimeException> blame;
  private final EngineStatistics statistics;

  /**
   * A call.
   *
   * @param call may be made again where it throws
   * @param blame told what failed, and with what; throws where the device is at fault
   */
  DeviceCall(
      Consumer<List<W>> call, BiConsumer<W, RuntimeException> blame, EngineStatistics statistics) {
    this.call = call;
    this.blame = blame;
    this.statistics = statistics;
  }

  /** Calls, until all of the work is done or blamed. */
  void run(List<W> work) {
    run(work, false);
  }

  private void run(List<W> work, boolean again) {
    try {
      call.accept(work);
      return;
    } catch (RuntimeException e) {
      LOG.warn("A call of the device has failed, for {} together", work.size(), e);
      statistics.callFailed();
      if (again && work.size() == 1) {
        blame.accept(work.get(0), e);
        return;
      }
    }
    int half = work.size() / 2;
    for (List<W> part : List.of(work.subList(0, half), work.subList(half, work.size()))) {
      if (!part.isEmpty()) {
        run(part, true);
      }
    }
  }
}
