package io.lengthwise.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The tokenizer and the chat template in the files of a model.
 *
 * @param file where the tokenizer is from
 * @param tokenizer the content of a {@code tokenizer.json}
 * @param bosToken the text of the token that begins a sequence, null for none
 * @param eosToken the text of the token that ends a sequence, null for none
 * @param addsBos whether the files say that a plain prompt begins with {@code bosToken}; null if
 *     the tokenizer's post-processor decides
 * @param chatTemplate null for none
 * @param chatTemplateFile where the template is from
 */
public record TokenizerSource(
    Path file,
    ObjectNode tokenizer,
    String bosToken,
    String eosToken,
    Boolean addsBos,
    String chatTemplate,
    Path chatTemplateFile) {

  /** The text of every control token by its id. */
  public Map<Integer, String> controlTokens() {
    Map<Integer, String> tokens = new LinkedHashMap<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (isControl(token)) {
        tokens.put(token.path("id").asInt(), token.path("content").asText());
      }
    }
    return tokens;
  }

  /**
   * Whether an added token is a control token: it is marked as special, or has the form {@code
   * <|...|>}, because fine-tuned models often omit the mark.
   */
  private static boolean isControl(JsonNode token) {
    String content = token.path("content").asText();
    return token.path("special").asBoolean() || content.startsWith("<|") && content.endsWith("|>");
  }

  /** The most characters of a prompt that one token may represent. */
  public int longestTokenCharacters() {
    int longest = 1;
    Iterator<String> names = tokenizer.path("model").path("vocab").fieldNames();
    while (names.hasNext()) {
      longest = Math.max(longest, names.next().length());
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      longest = Math.max(longest, token.path("content").asText().length());
    }
    boolean normalizes = tokenizer.path("normalizer").isObject();
    // A normalizer composes characters: at most four become one.
    return normalizes ? 4 * longest : longest;
  }

  /**
   * A tokenizer in which no text becomes a control token.
   *
   * <p>The tokens keep their positions, which determine the ids of other tokens, and get other
   * names.
   */
  public ObjectNode withControlTokensNamed(UnaryOperator<String> name) {
    ObjectNode copy = tokenizer.deepCopy();
    ObjectNode vocabulary = copy.withObject("/model/vocab");
    for (JsonNode token : copy.path("added_tokens")) {
      String content = token.path("content").asText();
      if (isControl(token)) {
        ((ObjectNode) token).put("content", name.apply(content));
        JsonNode id = vocabulary.remove(content);
        if (id != null) {
          vocabulary.set(name.apply(content), id);
        }
      }
    }
    ObjectNode model = copy.withObject("/model");
    if (controlTokens().containsValue(model.path("unk_token").asText(""))) {
      model.put("unk_token", name.apply(model.get("unk_token").asText()));
    }
    copy.putNull("post_processor");
    return copy;
  }

  /** Whether the vocabulary maps texts to ids, as that of a byte-pair encoding does. */
  public static boolean isBytePairEncoding(ObjectNode tokenizer) {
    return tokenizer.path("model").path("vocab").isObject()
        && tokenizer.path("model").path("merges") instanceof ArrayNode;
  }
}
