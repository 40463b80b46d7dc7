package io.lengthwise.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * The paper's sequence scheduling (arXiv 2305.13144). It splits a group of requests into batches
 * with similar predicted lengths. Batches of shorter answers are wider, and each batch has a cap.
 *
 * <p>The predictions are rounded up to bins, the group is sorted by prediction, and each bin is cut
 * into batches of the bin's size. The rest of a bin that is smaller than half a batch joins the
 * next longer bin that has members. For example, a group has 200 requests of at most 50 tokens and
 * 30 of at most 100. The 200 requests are one batch, since 200 is at least half of 256. If there
 * were only 100 of them, they would join the 30, and the cap of all would be 100 tokens.
 *
 * @param <T> the type of the members; the scheduler keeps their identity
 */
public final class SequenceScheduler<T> {

  /**
   * A batch: members that start together.
   *
   * @param bound the bin of the longest prediction, a multiple of {@link SequenceOptions#BIN_WIDTH}
   * @param cap the cap of the answers in this batch, in tokens
   * @param members at least one
   */
  public record Batch<T>(int bound, int cap, List<T> members) {}

  private record Predicted<T>(T member, double tokens) {}

  private final SequenceOptions options;
  private final ToDoubleFunction<T> prediction;
  private final ToIntFunction<T> maximum;

  /**
   * Creates a scheduler.
   *
   * @param prediction the predicted length in tokens; below 1 it counts as 1
   * @param maximum the most tokens that the request allows
   */
  public SequenceScheduler(
      SequenceOptions options, ToDoubleFunction<T> prediction, ToIntFunction<T> maximum) {
    this.options = options;
    this.prediction = prediction;
    this.maximum = maximum;
  }

  /** Cuts requests into groups and keeps their order. */
  public List<List<T>> groups(List<T> requests) {
    return cut(requests, options.groupSize());
  }

  /** Returns the batches of a group, in the order in which they run. */
  public List<Batch<T>> batches(List<T> group) {
    List<Predicted<T>> sorted = new ArrayList<>();
    for (T member : group) {
      sorted.add(new Predicted<>(member, Math.max(1, prediction.applyAsDouble(member))));
    }
    sorted.sort(Comparator.comparingDouble(Predicted::tokens));
    return options.variableBatchSize() ? ofVariableSize(sorted) : ofOneSize(sorted);
  }

  /**
   * Returns the batches in which capped members run again. Their answers are limited only by their
   * own maxima.
   */
  public List<Batch<T>> recomputations(List<T> failed) {
    return cut(failed, options.batchSize()).stream()
        .map(members -> new Batch<>(roundUp(allowed(members)), allowed(members), members))
        .toList();
  }

  private List<Batch<T>> ofOneSize(List<Predicted<T>> sorted) {
    List<Batch<T>> batches = new ArrayList<>();
    for (List<Predicted<T>> part : cut(sorted, options.batchSize())) {
      double longest = part.get(part.size() - 1).tokens();
      batches.add(batch(bin(longest), part.stream().map(Predicted::member).toList()));
    }
    return batches;
  }

  private List<Batch<T>> ofVariableSize(List<Predicted<T>> sorted) {
    NavigableMap<Integer, List<T>> bins = new TreeMap<>();
    for (Predicted<T> predicted : sorted) {
      bins.computeIfAbsent(bin(predicted.tokens()), bin -> new ArrayList<>())
          .add(predicted.member());
    }
    List<Batch<T>> batches = new ArrayList<>();
    bins.forEach(
        (bin, members) -> {
          int size = options.sizes().sizeOf(bin);
          for (List<T> part : cut(members, size)) {
            if (isTooSmall(part, size) && bins.higherKey(bin) != null) {
              bins.higherEntry(bin).getValue().addAll(part);
            } else {
              batches.add(batch(bin, part));
            }
          }
        });
    return batches;
  }

  private boolean isTooSmall(List<T> part, int size) {
    return part.size() < size && part.size() < Math.max(size / 2.0, options.batchSize());
  }

  private int bin(double tokens) {
    int whole = (int) Math.ceil(tokens);
    return options.binning() ? roundUp(whole) : whole;
  }

  private static int roundUp(int tokens) {
    return ((tokens - 1) / SequenceOptions.BIN_WIDTH + 1) * SequenceOptions.BIN_WIDTH;
  }

  private Batch<T> batch(int bin, List<T> members) {
    boolean capped = options.recomputation() != Recomputation.NONE;
    int allowed = allowed(members);
    return new Batch<>(roundUp(bin), capped ? Math.min(bin, allowed) : allowed, members);
  }

  private int allowed(List<T> members) {
    return members.stream().mapToInt(maximum).max().orElseThrow();
  }

  private static <E> List<List<E>> cut(List<E> elements, int size) {
    List<List<E>> parts = new ArrayList<>();
    for (int from = 0; from < elements.size(); from += size) {
      parts.add(List.copyOf(elements.subList(from, Math.min(elements.size(), from + size))));
    }
    return parts;
  }
}
