package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.Calibration;
import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.model.ModelSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine's options with the width as a number, and what its steps cost.
 *
 * <p>Where the width is given nothing is measured: what answers take is learned from the first ones
 * then.
 */
public record Tuning(EngineOptions options, StepCost cost) {

  private static final Logger LOG = LoggerFactory.getLogger(Tuning.class);

  /** Tokens of a prompt that is not known, and of its answer. */
  private static final int USUAL_TOKENS = 128;

  public Tuning {
    if (options.batching().width() < 1) {
      throw new IllegalArgumentException("no rows can decode together: " + options);
    }
  }

  /**
   * Settles an engine's options before its first row.
   *
   * @param accelerator with a cache of so many cells that no row has a slot of
   * @param calibrations of the machine, asked where the width is {@link EngineOptions#AUTO_WIDTH}
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
   * What to expect of answers before the first one, on a full device: while a row decodes its
   * answer every place changes hands once, and all rows stand still for the new one's prompt.
   */
  ServiceMeans means() {
    int width = options.batching().width();
    double token = cost.stepMillis(width) + width * cost.prefillToken();
    return new ServiceMeans(USUAL_TOKENS, USUAL_TOKENS * token);
  }
}
