package io.lengthwise.model.decoder;

import static io.lengthwise.model.decoder.TestingDecoder.SLOT;
import static io.lengthwise.model.decoder.TestingDecoder.decodeAll;
import static io.lengthwise.model.decoder.TestingDecoder.decodeOnce;
import static io.lengthwise.model.decoder.TestingDecoder.decoder;
import static io.lengthwise.model.decoder.TestingDecoder.prefilledRows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The methods of the decoder that only measure. */
class DecoderMeasurementTest {

  /** The text has more tokens than one call scores. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8"})
  void logLikelihoodsAreThoseOfTheLogits(WeightType weights) {
    int[] text = new Random(0).ints(300, 0, 320).toArray();
    try (Decoder decoder = decoder("smollm", weights)) {
      Slot slot = new Slot(SLOT, text.length);
      float[][] logits = decoder.score(List.of(new PromptPiece(slot, text, 0, text.length)));

      float[] likelihoods = decoder.logLikelihoods(slot, text);

      assertThat(likelihoods).hasSize(text.length - 1);
      for (int i = 0; i < likelihoods.length; i++) {
        double sum = 0;
        for (float logit : logits[i]) {
          sum += Math.exp(logit);
        }
        double expected = logits[i][text[i + 1]] - Math.log(sum);
        assertThat(likelihoods[i]).isCloseTo((float) expected, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8"})
  void productsAloneLeaveRowsAsTheyAre(WeightType weights) throws IOException {
    Reference reference = Reference.of("smollm");
    try (Decoder decoder = decoder("smollm", weights)) {
      List<TestingRow> undisturbed = prefilledRows(decoder, reference);
      decodeAll(decoder, undisturbed, 24);
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeOnce(decoder, rows, 5);

      decoder.products(3, 2);

      decodeAll(decoder, rows, 24);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).answer()).isEqualTo(undisturbed.get(i).answer());
      }
    }
  }
}
