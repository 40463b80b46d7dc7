package io.lengthwise.generation.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Calibrations of devices without a model. Each test sets the time of a step. */
class CalibrationTest {

  private static final int ENOUGH = 10_000 * TestingDevice.BLOCK;

  @Test
  void whatStepsAndPromptsCostIsFound() {
    TestingDevice device = new TestingDevice(rows -> 8 + 0.5 * rows);
    StepCost cost = Calibration.measure(device, ENOUGH);
    assertThat(cost.step()).containsKeys(1, 2, 4, 8, 16, 32, 64);
    cost.step().forEach((rows, ms) -> assertThat(ms).isCloseTo(8 + 0.5 * rows, within(1e-6)));
    assertThat(cost.prefillToken()).isCloseTo(TestingDevice.PREFILL_MILLIS, within(1e-6));
  }

  @Test
  void rowsAreDoubledUntilTwiceInARowThatIsNoGain() {
    // 16 rows are no faster than 8, but 32 are; 64 and 128 are not.
    double[] millis = {10, 11, 13, 16, 32, 43, 85, 170, 200};
    TestingDevice device = new TestingDevice(rows -> millis[Integer.numberOfTrailingZeros(rows)]);
    StepCost cost = Calibration.measure(device, ENOUGH);
    assertThat(cost.step()).containsOnlyKeys(1, 2, 4, 8, 16, 32, 64, 128);
    assertThat(cost.width()).isEqualTo(32);
  }

  @Test
  void whatDisturbsTheMachineForAMomentDoesNotCount() {
    TestingDevice device = new TestingDevice(rows -> 8 + 0.5 * rows);
    StepCost undisturbed = Calibration.measure(device, ENOUGH);
    for (int call = 0; call < device.decoded.size(); call++) {
      int from = call;
      TestingDevice disturbed = new TestingDevice(rows -> 8 + 0.5 * rows);
      disturbed.factor = now -> now >= from && now < from + 4 ? 5 : 1;
      StepCost cost = Calibration.measure(disturbed, ENOUGH);
      assertThat(cost.width())
          .as("from call %d on: %s", from, cost)
          .isBetween(undisturbed.width() / 2, undisturbed.width() * 2);
    }
  }

  @Test
  void measurementOfASlowDeviceEnds() {
    TestingDevice device = new TestingDevice(rows -> 400 + rows);
    StepCost cost = Calibration.measure(device, ENOUGH);
    assertThat(device.millis()).isLessThan(3000);
    assertThat(cost.stepMillis(1)).isEqualTo(401);
    assertThat(cost.width()).isEqualTo(64);
  }

  @Test
  void rowsStayInsideTheCache() {
    for (int blocks : List.of(1, 2, 5, 6, 7, 12, 100)) {
      int cells = blocks * TestingDevice.BLOCK;
      TestingDevice device = new TestingDevice(rows -> 1);
      Calibration.measure(device, cells);
      assertThat(device.decoded).isNotEmpty();
      assertThat(device.lastCell).as("%d cells", cells).isLessThan(cells);
    }
  }

  /** Answers never end. The time of a step depends on its rows and on the number of the call. */
  private static final class TestingDevice implements Accelerator {

    private static final double PREFILL_MILLIS = 0.25;
    private static final int BLOCK = 48;

    private final IntToDoubleFunction stepMillis;
    private final List<Integer> decoded = new ArrayList<>();
    private IntToDoubleFunction factor = call -> 1;
    private double millis;
    private int lastCell;

    private TestingDevice(IntToDoubleFunction stepMillis) {
      this.stepMillis = stepMillis;
    }

    @Override
    public long bytesPerToken() {
      return 1;
    }

    @Override
    public int blockCells() {
      return BLOCK;
    }

    @Override
    public void allocate(int cells) {
      // This device has no key-value cache.
    }

    @Override
    public void prefill(List<PromptPiece> pieces) {
      for (PromptPiece piece : pieces) {
        assertThat(piece.tokens()).hasSizeGreaterThanOrEqualTo(piece.to());
        assertThat(piece.to()).isLessThanOrEqualTo(piece.slot().size());
        lastCell = Math.max(lastCell, piece.slot().offset() + piece.to() - 1);
        millis += PREFILL_MILLIS * piece.length();
      }
    }

    @Override
    public Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
      int taken = rows.stream().mapToInt(row -> Math.min(steps, row.limit())).max().orElseThrow();
      for (DecodeRow row : rows) {
        assertThat(row.slot().offset() % BLOCK + row.slot().size() % BLOCK).isZero();
        int held = row.length() - 1 + taken;
        assertThat(held).isLessThanOrEqualTo(row.slot().size());
        lastCell = Math.max(lastCell, row.slot().offset() + held - 1);
      }
      millis +=
          taken * stepMillis.applyAsDouble(rows.size()) * factor.applyAsDouble(decoded.size());
      decoded.add(rows.size());
      return Decoded.withoutLookup(new int[rows.size()][taken]);
    }

    @Override
    public void move(Slot from, Slot to, int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long millis() {
      return Math.round(millis);
    }

    @Override
    public long nanos() {
      return Math.round(1e6 * millis);
    }
  }
}
