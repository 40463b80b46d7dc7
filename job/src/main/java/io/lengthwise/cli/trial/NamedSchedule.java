package io.lengthwise.cli.trial;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A schedule by its name on the command line: a static schedule of the paper, or an admission order
 * of the refill discipline.
 *
 * @param name {@code vanilla}, {@code paper} or the word of an order
 */
public record NamedSchedule(String name) {

  /** First come, first served in static batches: the paper's schedule without predictions. */
  static final String VANILLA = "vanilla";

  /** The paper's sequence scheduling. */
  static final String PAPER = "paper";

  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of(VANILLA, PAPER));
    Arrays.stream(AdmissionOrder.values()).map(AdmissionOrder::toString).forEach(names::add);
    return names;
  }

  /**
   * Returns the engine's options of this schedule.
   *
   * @param base the options that all schedules share
   * @param sequence the switches of the paper's scheduling
   * @param width the rows of refill; static batches have the sizes of the paper's table
   */
  public EngineOptions options(EngineOptions base, SequenceOptions sequence, int width) {
    if (name.equals(VANILLA)) {
      // A group is one batch, so that no prediction changes the order across batches.
      return statically(
          base,
          sequence.with(false, false, Recomputation.NONE).withGroupSize(sequence.batchSize()));
    }
    if (name.equals(PAPER)) {
      return statically(base, sequence);
    }
    AdmissionOrder order =
        Stream.of(AdmissionOrder.values())
            .filter(candidate -> candidate.toString().equals(name))
            .findFirst()
            .orElseThrow();
    return base.withSchedule(Discipline.REFILL, null, order).withWidth(width);
  }

  private static EngineOptions statically(EngineOptions base, SequenceOptions sequence) {
    return base.withSchedule(Discipline.STATIC, sequence, AdmissionOrder.FIFO)
        .withWidth(sequence.groupSize());
  }

  @Override
  public String toString() {
    return name;
  }

  public static final class Converter implements ITypeConverter<NamedSchedule> {

    @Override
    public NamedSchedule convert(String name) {
      if (!names().contains(name)) {
        throw new TypeConversionException(
            "there is no schedule '%s'; there are %s"
                .formatted(name, names().stream().collect(Collectors.joining(", "))));
      }
      return new NamedSchedule(name);
    }
  }
}
