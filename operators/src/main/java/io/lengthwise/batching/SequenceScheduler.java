package io.lengthwise.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * The paper's sequence scheduling (arXiv 2305.13144): splits a group of requests into batches of
 * similar predicted length, the shorter the wider, each with a cap on its answers.
 *
 * <p>The group is sorted by prediction, predictions are rounded up to bins, and each bin is cut
 * into batches of its own size. What is left at a bin's end and is too small for a batch joins the
 * end of the next longer bin that has members: of 200 requests of at most 50 tokens and 30 of at
 * most 100, all 200 are one batch, since 200 is at least half of 256; 100 would join the 30, and
 * 100 tokens be the cap of all.
 *
 * @param <T> what is scheduled; it keeps its identity, and nothing depends on its place in a batch
 */
public final class SequenceScheduler<T> {

  /**
   * Members that start together.
   *
   * @param bound the bin of its longest prediction, a multiple of {@link SequenceOptions#BIN_WIDTH}
   * @param cap the most tokens of an answer in this batch; nobody in it may make more
   * @param members at least one
   */
  public record Batch<T>(int bound, int cap, List<T> members) {}

  private record Predicted<T>(T member, double tokens) {}

  private final SequenceOptions options;
  private final ToDoubleFunction<T> prediction;
  private final ToIntFunction<T> maximum;

  /**
   * A scheduler.
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

  /** Cuts requests into groups, in their order. */
  public List<List<T>> groups(List<T> requests) {
    return cut(requests, options.groupSize());
  }

  /** The batches of a group, in the order in which they run. */
  public List<Batch<T>> batches(List<T> group) {
    List<Predicted<T>> sorted = new ArrayList<>();
    for (T member : group) {
      sorted.add(new Predicted<>(member, Math.max(1, prediction.applyAsDouble(member))));
    }
    sorted.sort(Comparator.comparingDouble(Predicted::tokens));
    return options.variableBatchSize() ? ofVariableSize(sorted) : ofOneSize(sorted);
  }

  /**
   * The batches in which members run again that reached the cap of theirs, now capped by nothing
   * but their own maxima.
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
