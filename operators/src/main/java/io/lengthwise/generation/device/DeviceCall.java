package io.lengthwise.generation.device;

import io.lengthwise.generation.accelerator.EngineStatistics;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device call for several pieces of work at once.
 *
 * <p>A call that throws is repeated for each half of its work, and so on. A call for a single piece
 * is repeated once. A piece whose calls throw again when it is alone has failed twice, and is
 * blamed. All other pieces are done. For example, if the last of eight pieces fails, the calls have
 * 8 pieces (throws), 4, 4 (throws), 2, 2 (throws), 1, and 1 (throws). Before a piece is blamed, the
 * device has to do made-up work of the same kind. If it cannot, the device itself is at fault, and
 * the exception is thrown on.
 *
 * @param <W> a piece of work
 */
public final class DeviceCall<W> {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceCall.class);

  private final String kind;
  private final Consumer<List<W>> call;
  private final Consumer<W> probe;
  private final BiConsumer<W, RuntimeException> blame;
  private final EngineStatistics statistics;

  /**
   * A call.
   *
   * @param kind the kind of work, in a word
   * @param call may be repeated if it throws
   * @param probe does made-up work in place of the failed piece
   * @param blame is told the failed piece and the exception
   */
  public DeviceCall(
      String kind,
      Consumer<List<W>> call,
      Consumer<W> probe,
      BiConsumer<W, RuntimeException> blame,
      EngineStatistics statistics) {
    this.kind = kind;
    this.call = call;
    this.probe = probe;
    this.blame = blame;
    this.statistics = statistics;
  }

  /**
   * Calls the device until all work is done or blamed.
   *
   * @throws IllegalStateException if the device is at fault
   */
  public void run(List<W> work) {
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
        probe(work.get(0), e);
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

  private void probe(W failed, RuntimeException cause) {
    try {
      probe.accept(failed);
    } catch (RuntimeException e) {
      e.addSuppressed(cause);
      throw new IllegalStateException(
          "The device fails for every %s, also for a made-up one: %s"
              .formatted(kind, e.getMessage()),
          e);
    }
  }
}
