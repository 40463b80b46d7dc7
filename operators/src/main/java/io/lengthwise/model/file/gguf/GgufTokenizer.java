package io.lengthwise.model.file.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import java.nio.file.Path;
import java.util.List;

/**
 * Rebuilds a {@code tokenizer.json} from the metadata of a GGUF file, for the byte-level byte-pair
 * encodings ({@code tokenizer.ggml.model} is {@code gpt2}).
 */
public final class GgufTokenizer {

  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String ADDS_BOS = "tokenizer.ggml.add_bos_token";
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GgufMetadata metadata;
  private final List<String> tokens;

  private GgufTokenizer(GgufMetadata metadata) {
    this.metadata = metadata;
    this.tokens = metadata.strings(TOKENS);
  }

  /**
   * Reads the tokenizer of a file.
   *
   * @throws ModelFileException if a field is missing, broken or not supported
   */
  public static TokenizerSource read(Path file) {
    GgufMetadata metadata = GgufMetadata.read(file);
    String model = metadata.string(MODEL);
    if (!model.equals("gpt2")) {
      throw metadata.wrong(
          MODEL, "is '" + model + "', which is not supported; only 'gpt2' (byte-level BPE) is");
    }
    String pre = metadata.string(PRE, "default");
    GgufPreTokenizer preTokenizer = GgufPreTokenizer.named(pre);
    if (preTokenizer == null) {
      throw metadata.wrong(
          PRE, "is '" + pre + "', which is not known; known are " + GgufPreTokenizer.names());
    }
    return new GgufTokenizer(metadata).source(file, preTokenizer);
  }

  private TokenizerSource source(Path file, GgufPreTokenizer preTokenizer) {
    ObjectNode tokenizer = JSON.objectNode().put("version", "1.0");
    tokenizer.set("added_tokens", addedTokens());
    tokenizer.set("normalizer", preTokenizer.normalizer());
    tokenizer.set("pre_tokenizer", preTokenizer.json());
    tokenizer.putNull("post_processor");
    tokenizer.set("decoder", GgufPreTokenizer.byteLevel(true));
    tokenizer.set("model", bytePairs(preTokenizer.ignoresMerges()));
    return new TokenizerSource(
        file,
        tokenizer,
        token("tokenizer.ggml.bos_token_id"),
        token("tokenizer.ggml.eos_token_id"),
        metadata.bool(ADDS_BOS, preTokenizer.addsBos()),
        metadata.string(TEMPLATE, null),
        file);
  }

  private ArrayNode addedTokens() {
    int[] types = metadata.ints(TYPES);
    if (types.length != tokens.size()) {
      throw metadata.wrong(TYPES, "has " + types.length + " types of " + tokens.size() + " tokens");
    }
    ArrayNode added = JSON.arrayNode();
    for (int id = 0; id < types.length; id++) {
      if (types[id] == CONTROL || types[id] == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types[id] == CONTROL);
      }
    }
    return added;
  }

  private ObjectNode bytePairs(boolean ignoresMerges) {
    ObjectNode model = JSON.objectNode().put("type", "BPE").putNull("dropout");
    model.putNull("unk_token").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", ignoresMerges);
    ObjectNode vocabulary = model.putObject("vocab");
    for (String token : tokens) {
      if (vocabulary.has(token)) {
        throw metadata.wrong(TOKENS, "has the token '" + token + "' twice");
      }
      vocabulary.put(token, vocabulary.size());
    }
    ArrayNode pairs = model.putArray("merges");
    for (String merge : metadata.strings(MERGES)) {
      int space = merge.indexOf(' ', 1);
      if (space < 0) {
        throw metadata.wrong(MERGES, "has the merge '" + merge + "', which is no pair");
      }
      pairs.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
    }
    return model;
  }

  /** The text of the token whose id a key has, null without the key. */
  private String token(String key) {
    if (!metadata.has(key)) {
      return null;
    }
    long id = metadata.integer(key);
    if (id < 0 || id >= tokens.size()) {
      throw metadata.wrong(key, "is " + id + ", which is none of " + tokens.size() + " tokens");
    }
    return tokens.get((int) id);
  }
}
