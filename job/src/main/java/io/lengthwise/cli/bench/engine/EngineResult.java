package io.lengthwise.cli.bench.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.model.decoder.WeightType;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A result of {@code bench engine}: named values in a fixed order.
 *
 * <p>Several figures share these keys: {@code weights} and {@code rows}; {@code tokensPerSecond}
 * and {@code limitTokensPerSecond} with their ratio {@code shareOfLimit}; {@code seconds} or {@code
 * bytes} and {@code allowed...} with their ratio {@code shareOfAllowed}, which should be below 1.
 */
final class EngineResult {

  static final String WEIGHTS = "weights";
  static final String ROWS = "rows";
  static final String TOKENS_PER_SECOND = "tokensPerSecond";
  static final String LIMIT = "limitTokensPerSecond";
  static final String SHARE_OF_LIMIT = "shareOfLimit";
  static final String TO_FLOAT32 = "toFloat32";
  static final String SHARE_OF_ALLOWED = "shareOfAllowed";

  private static final MathContext DIGITS = new MathContext(4);

  private final ObjectNode values = JsonNodeFactory.instance.objectNode();

  /** A result for a kind of weights. */
  static EngineResult of(WeightType weights) {
    return new EngineResult().with(WEIGHTS, weights.toString());
  }

  /** A result for a kind of weights and a number of rows. */
  static EngineResult of(WeightType weights, int rows) {
    return of(weights).with(ROWS, rows);
  }

  EngineResult with(String key, String value) {
    values.put(key, value);
    return this;
  }

  EngineResult with(String key, long value) {
    values.put(key, value);
    return this;
  }

  /** Adds a measured number, rounded to four digits. */
  EngineResult with(String key, double value) {
    if (Double.isFinite(value)) {
      values.put(key, new BigDecimal(value).round(DIGITS).doubleValue());
    } else {
      values.putNull(key);
    }
    return this;
  }

  /** The values without the name of their figure. */
  ObjectNode values() {
    return values;
  }

  /** The values after the name of their figure, as an object of JSON. */
  ObjectNode json(EngineFigure figure) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("figure", figure.toString());
    return object.setAll(values);
  }
}
