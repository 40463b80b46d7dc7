package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads {@code tokenizer.json}, {@code tokenizer_config.json} and {@code chat_template.jinja}. */
public final class TokenizerFolder {

  private static final long MAX_FILE_BYTES = 256L << 20;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(64).maxDocumentLength(-1).build());
  }

  private TokenizerFolder() {}

  public static TokenizerSource read(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(
          folder, "has no tokenizer.json; convert the model's tokenizer with transformers first");
    }
    ObjectNode tokenizer = object(file);
    if (!TokenizerSource.isBytePairEncoding(tokenizer)) {
      throw new ModelFileException(
          file,
          "model.type '%s' is not supported, only BPE with a vocabulary and merges is"
              .formatted(tokenizer.path("model").path("type").asText("")));
    }
    // The tokenizer must not cut or pad a prompt. The length of a prompt is checked elsewhere.
    tokenizer.putNull("truncation").putNull("padding");
    Path configFile = folder.resolve("tokenizer_config.json");
    ObjectNode config =
        Files.isRegularFile(configFile) ? object(configFile) : JSON.createObjectNode();
    JsonNode addsBos = config.path("add_bos_token");
    Path templateFile = folder.resolve("chat_template.jinja");
    boolean separate = Files.isRegularFile(templateFile);
    return new TokenizerSource(
        file,
        tokenizer,
        token(config.path("bos_token")),
        token(config.path("eos_token")),
        addsBos.isBoolean() ? addsBos.asBoolean() : null,
        separate ? text(templateFile) : template(config.path("chat_template")),
        separate ? templateFile : configFile);
  }

  private static ObjectNode object(Path file) {
    try {
      if (JSON.readTree(text(file)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // Otherwise the message would contain a piece of the file.
      e.clearLocation();
      throw new ModelFileException(file, "is broken JSON: " + e.getMessage(), e);
    }
    throw new ModelFileException(file, "holds no JSON object");
  }

  private static String text(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw new ModelFileException(
            file,
            String.format(
                Locale.ROOT, "has %,d bytes; no more than %,d are read", bytes, MAX_FILE_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelFileException(file, "cannot be read as UTF-8: " + e.getMessage(), e);
    }
  }

  /** A token is a string, or an object with the string. */
  private static String token(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? text.asText() : null;
  }

  /** The template for plain conversations: the only one, or the one named {@code default}. */
  private static String template(JsonNode templates) {
    if (templates.isArray()) {
      for (JsonNode named : templates) {
        if (named.path("name").asText().equals("default")) {
          return named.path("template").asText(null);
        }
      }
    }
    return templates.isTextual() ? templates.asText() : null;
  }
}
