package io.lengthwise.cli.bench.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.model.decoder.WeightType;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * What {@code bench engine} prints of one thing that it measured: named values, in order.
 *
 * <p>Keys that figures have in common: {@code weights} and {@code rows}; {@code tokensPerSecond}
 * beside {@code limitTokensPerSecond}, {@code shareOfLimit} being the part of the limit that is
 * reached; {@code seconds} or {@code bytes} beside {@code allowed...}, {@code shareOfAllowed} being
 * the part of what is allowed that is used, so that it stays within below 1.
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

  /** Adds a measured number, of which four digits are kept. */
  EngineResult with(String key, double value) {
    if (Double.isFinite(value)) {
      values.put(key, new BigDecimal(value).round(DIGITS).doubleValue());
    } else {
      values.putNull(key);
    }
    return this;
  }

  /** The values alone. */
  ObjectNode values() {
    return values;
  }

  /** The values behind the name of their figure, as an object of JSON. */
  ObjectNode json(EngineFigure figure) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("figure", figure.toString());
    return object.setAll(values);
  }
}
