package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.Calibration;
import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.model.ModelSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options of an engine with a chosen width, and the cost of its steps.
 *
 * <p>If the width is given, nothing is measured. The schedule then learns the time of an answer
 * from the first answers.
 */
public record Tuning(EngineOptions options, StepCost cost) {

  private static final Logger LOG = LoggerFactory.getLogger(Tuning.class);

  /** The assumed tokens of a prompt, and of its answer. */
  private static final int USUAL_TOKENS = 128;

  public Tuning {
    if (options.batching().width() < 1) {
      throw new IllegalArgumentException("no rows can decode together: " + options);
    }
  }

  /**
   * Completes an engine's options before its first row.
   *
   * @param accelerator its cache has {@code cells} cells, and no row has a slot
   * @param calibrations the costs measured on this machine; used if the width is {@link
   *     EngineOptions#AUTO_WIDTH}
   */
  public static Tuning of(
      ModelSpec spec,
      EngineOptions options,
      Accelerator accelerator,
      int cells,
      Calibrations calibrations) {
    if (options.batching().width() != EngineOptions.AUTO_WIDTH) {
      return new Tuning(options, StepCost.GUESS);
    }
    String key = Calibrations.key(spec, options.limits().threads(), cells);
    StepCost cost = calibrations.of(key, () -> Calibration.measure(accelerator, cells));
    LOG.info("{} decodes {} rows together at most: {}", spec.name(), cost.width(), cost);
    return new Tuning(options.withWidth(cost.width()), cost);
  }

  /**
   * The expected length and time of answers before the first one, on a full device. While a row
   * decodes its answer, each other slot gets a new row once, and all rows stand still while the
   * prompt of the new row is prefilled.
   */
  ServiceMeans means() {
    int width = options.batching().width();
    double token = cost.stepMillis(width) + width * cost.prefillToken();
    return new ServiceMeans(USUAL_TOKENS, USUAL_TOKENS * token);
  }
}
