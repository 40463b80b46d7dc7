package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.Decoder;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.List;

/**
 * A model on its device, in real time.
 *
 * @param decoder confined to the thread that opened it
 * @param lookup the most tokens that prompt lookup drafts for a row in a step
 */
public record ModelAccelerator(Decoder decoder, int lookup) implements Accelerator {

  /**
   * The most rows for which drafts pay. With more rows, verifying a token takes nearly as long as
   * generating it.
   */
  private static final int LOOKUP_ROWS = 4;

  @Override
  public long bytesPerToken() {
    return decoder.bytesPerToken();
  }

  @Override
  public int blockCells() {
    return Decoder.BLOCK;
  }

  @Override
  public void allocate(int cells) {
    decoder.allocate(cells);
  }

  @Override
  public void prefill(List<PromptPiece> pieces) {
    decoder.prefill(pieces);
  }

  @Override
  public Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    boolean ahead =
        lookup > 0
            && !untilAll
            && rows.size() <= LOOKUP_ROWS
            && rows.stream().allMatch(ModelAccelerator::choosesByLogitsAlone);
    return ahead
        ? decoder.decodeAhead(rows, steps, lookup)
        : Decoded.withoutLookup(decoder.decode(rows, steps, untilAll));
  }

  private static boolean choosesByLogitsAlone(DecodeRow row) {
    return row.sampling().repetitionPenalty() == 1 && row.sampling().logitBias().isEmpty();
  }

  @Override
  public void move(Slot from, Slot to, int count) {
    decoder.move(from, to, count);
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
