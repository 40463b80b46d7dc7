package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.file.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads the fields of a JSON object in a model's folder, with checks. A wrong field is an error
 * that names the file and the field. A field that is null counts as absent.
 */
final class ModelJson {
  private static final int MAX_BYTES = 16 << 20;
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final String prefix;
  private final JsonNode object;

  private ModelJson(Path file, String prefix, JsonNode object) {
    this.file = file;
    this.prefix = prefix;
    this.object = object;
  }

  /** Reads a file of at most 16 MiB that holds one object. */
  static ModelJson read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(file, "no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ModelFileException(file, "is longer than " + MAX_BYTES + " bytes");
      }
      JsonNode node = MAPPER.readTree(bytes);
      if (!node.isObject()) {
        throw new ModelFileException(file, "is not a JSON object");
      }
      return new ModelJson(file, "", node);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  Path file() {
    return file;
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Whether the field exists, null or not. */
  boolean mentions(String name) {
    return object.has(name);
  }

  /** The object in a field. */
  ModelJson object(String name) {
    JsonNode node = required(name);
    if (!node.isObject()) {
      throw wrong(name, "must be an object");
    }
    return new ModelJson(file, prefix + name + ".", node);
  }

  /** The fields of this object, in its order. */
  Iterable<Map.Entry<String, JsonNode>> entries() {
    return object.properties();
  }

  String string(String name) {
    JsonNode node = required(name);
    if (!node.isTextual()) {
      throw wrong(name, "must be a string");
    }
    return node.textValue();
  }

  boolean bool(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!object.get(name).isBoolean()) {
      throw wrong(name, "must be true or false");
    }
    return object.get(name).booleanValue();
  }

  /** A whole number from 1 to a maximum. */
  int positive(String name, int maximum) {
    JsonNode node = required(name);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(name, "must be a whole number from 1 to " + maximum);
    }
    int value = node.intValue();
    if (value < 1 || value > maximum) {
      throw wrong(name, "is " + value + ", must be from 1 to " + maximum);
    }
    return value;
  }

  int positive(String name, int maximum, int otherwise) {
    return has(name) ? positive(name, maximum) : otherwise;
  }

  /** A finite number. */
  double number(String name) {
    JsonNode node = required(name);
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(name, "must be a finite number");
    }
    return node.doubleValue();
  }

  /** A finite number above 0, also as a float. */
  double positiveNumber(String name) {
    double value = number(name);
    if (!((float) value > 0) || Float.isInfinite((float) value)) {
      throw wrong(name, "is " + value + ", must be above 0 and finite as a float");
    }
    return value;
  }

  double positiveNumber(String name, double otherwise) {
    return has(name) ? positiveNumber(name) : otherwise;
  }

  /** A whole number or a list of whole numbers; empty if the field is absent. */
  int[] integers(String name) {
    if (!has(name)) {
      return new int[0];
    }
    JsonNode node = object.get(name);
    int[] values = new int[node.isArray() ? node.size() : 1];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.isArray() ? node.get(i) : node;
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw wrong(name, "must be a whole number or a list of them");
      }
      values[i] = value.intValue();
    }
    return values;
  }

  /** A list of strings. */
  String[] strings(String name) {
    JsonNode node = required(name);
    String[] values = new String[node.isArray() ? node.size() : 0];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).textValue();
      if (values[i] == null) {
        throw wrong(name, "must be a list of strings");
      }
    }
    if (!node.isArray()) {
      throw wrong(name, "must be a list of strings");
    }
    return values;
  }

  ModelFileException wrong(String name, String problem) {
    return new ModelFileException(file, prefix + name + " " + problem);
  }

  private JsonNode required(String name) {
    if (!has(name)) {
      throw wrong(name, "is missing");
    }
    return object.get(name);
  }
}
