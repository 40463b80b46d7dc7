package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Measures the cost of a device's steps by the number of rows, and of its prefill. For the engine's
 * thread, before the first row.
 *
 * <p>The rows are made up: they are greedy, lie side by side in the empty cache, and each fills
 * half of the slot that a usual answer needs. They attend to whatever the cache contains, which
 * costs the same. Steps of longer rows take longer, and so do steps that draw tokens.
 *
 * <p>A round doubles the rows until two widths in succession are no gain, the cache is full, or the
 * time is over. There are several rounds, and the least time of each width counts, because other
 * work may disturb the machine for a moment.
 */
public final class Calibration {

  /**
   * The measurement begins nothing that would not end within this time, except two steps of one row
   * and a prompt.
   */
  private static final double LIMIT_MILLIS = 2000;

  /** The least time of a sample, so that the call itself does not count. */
  private static final double SAMPLE_MILLIS = 20;

  private static final int MOST_STEPS = 8;
  private static final int ROUNDS = 3;

  /** A width is a gain if it makes more tokens a second than fewer rows by this factor. */
  private static final double GAIN = 1.05;

  /** The cells of a slot, rounded up to whole blocks. Half of them are filled. */
  private static final int SLOT = 256;

  /** The tokens of a prompt, and the most prompts that are prefilled together. */
  private static final int PROMPT = 64;

  private static final int MOST_PROMPTS = 32;
  private static final double PREFILL_MILLIS = 100;

  private final Accelerator accelerator;
  private final int slot;
  private final int mostRows;
  private final long start;
  private final NavigableMap<Integer, Double> step = new TreeMap<>();

  private Calibration(Accelerator accelerator, int cells) {
    this.accelerator = accelerator;
    int block = accelerator.blockCells();
    this.slot = Math.min((SLOT + block - 1) / block * block, cells);
    this.mostRows = cells / slot;
    this.start = accelerator.nanos();
  }

  /**
   * Measures.
   *
   * @param accelerator an accelerator whose cache has {@code cells} cells
   */
  public static StepCost measure(Accelerator accelerator, int cells) {
    Calibration calibration = new Calibration(accelerator, cells);
    calibration.round(LIMIT_MILLIS / 2);
    double prefillToken = calibration.prefillToken();
    for (int round = 1; round < ROUNDS; round++) {
      calibration.round(LIMIT_MILLIS);
    }
    return StepCost.measured(calibration.step, prefillToken);
  }

  private void round(double limitMillis) {
    double best = 0;
    int withoutGain = 0;
    for (int rows = 1; rows <= mostRows && withoutGain < 2; rows *= 2) {
      if (elapsed() + expected(rows) > limitMillis) {
        return;
      }
      if (!step.containsKey(rows)) {
        // The first step of a width also prepares the device for this width.
        sample(rows, 1);
      }
      sample(rows);
      double tokens = rows / step.get(rows);
      withoutGain = tokens < GAIN * best ? withoutGain + 1 : 0;
      best = Math.max(best, tokens);
    }
  }

  private double expected(int rows) {
    if (step.containsKey(rows)) {
      return step.get(rows);
    }
    // Two calls, each with steps that may take twice as long.
    return rows == 1 ? 0 : 4 * step.get(rows / 2);
  }

  private double elapsed() {
    return (accelerator.nanos() - start) / 1e6;
  }

  private void sample(int rows) {
    sample(rows, (int) Math.max(1, Math.min(MOST_STEPS, SAMPLE_MILLIS / step.get(rows))));
  }

  private void sample(int rows, int steps) {
    List<MadeUpRow> batch = rows(rows);
    long before = accelerator.nanos();
    int taken = decode(batch, steps);
    step.merge(rows, (accelerator.nanos() - before) / 1e6 / taken, Math::min);
  }

  private int decode(List<MadeUpRow> rows, int steps) {
    return accelerator.decode(rows, steps, true).steps();
  }

  /** Prefills more and more prompts together, until a call takes long enough. */
  private double prefillToken() {
    double least = Double.POSITIVE_INFINITY;
    double total = 0;
    int most = Math.min(mostRows, MOST_PROMPTS);
    for (int prompts = 1; prompts <= most && total < PREFILL_MILLIS; prompts *= 2) {
      List<PromptPiece> pieces = new ArrayList<>();
      for (MadeUpRow row : rows(prompts)) {
        pieces.add(new PromptPiece(row.slot(), row.tokens(), 0, Math.min(PROMPT, slot)));
      }
      long before = accelerator.nanos();
      accelerator.prefill(pieces);
      // A GPU has done the prefill when it has done the step after it, not when the call returns.
      decode(rows(1), 1);
      double millis = Math.max(0, (accelerator.nanos() - before) / 1e6 - step.get(1));
      least = Math.min(least, millis / (prompts * pieces.get(0).length()));
      total += millis;
    }
    return least;
  }

  private List<MadeUpRow> rows(int count) {
    List<MadeUpRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new MadeUpRow(new Slot(i * slot, slot), slot / 2 + 1));
    }
    return rows;
  }
}
