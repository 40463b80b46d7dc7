package io.lengthwise.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.ModelFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The tiny tokenizers of {@code tokenizer_fixtures.py}. */
public final class TestingTokenizers {

  private TestingTokenizers() {}

  /** A file or folder of the fixtures. */
  public static Path path(String name) {
    try {
      return Path.of(TestingTokenizers.class.getResource("/model/tokenizer/expected.json").toURI())
          .resolveSibling(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Tokenizer open(String name) {
    return ModelFiles.tokenizer(path(name));
  }

  static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(path("expected.json").toFile());
  }
}
