package io.lengthwise.model.file.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * The rules that cut a text into words before byte pairs are merged. A GGUF file names them in
 * {@code tokenizer.ggml.pre}; a {@code tokenizer.json} spells them out.
 */
enum GgufPreTokenizer {
  /** The words of GPT-2. Files from before the field existed mean them too. */
  GPT2(List.of("gpt-2", "default")) {
    @Override
    JsonNode json() {
      return byteLevel(true);
    }
  },

  /** The words of GPT-2, with every digit alone. */
  SMOLLM(List.of("smollm")) {
    @Override
    JsonNode json() {
      return sequence(
          JSON.objectNode().put("type", "Digits").put("individual_digits", true), byteLevel(true));
    }
  },

  /** Digits in groups of three. A word that is a token is not divided further. */
  LLAMA3(List.of("llama-bpe", "llama3", "llama-v3")) {
    @Override
    JsonNode json() {
      return words("{1,3}");
    }

    @Override
    boolean ignoresMerges() {
      return true;
    }

    @Override
    boolean addsBos() {
      return true;
    }
  },

  /** Every digit alone, on composed characters. */
  QWEN2(List.of("qwen2", "deepseek-r1-qwen")) {
    @Override
    JsonNode json() {
      return words("");
    }

    @Override
    JsonNode normalizer() {
      return JSON.objectNode().put("type", "NFC");
    }
  };

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<String> names;

  GgufPreTokenizer(List<String> names) {
    this.names = names;
  }

  /** The pre-tokenizer with a name, null for an unknown name. */
  static GgufPreTokenizer named(String name) {
    return Arrays.stream(values()).filter(pre -> pre.names.contains(name)).findAny().orElse(null);
  }

  static List<String> names() {
    return Arrays.stream(values()).flatMap(pre -> pre.names.stream()).toList();
  }

  abstract JsonNode json();

  JsonNode normalizer() {
    return NullNode.getInstance();
  }

  boolean ignoresMerges() {
    return false;
  }

  /** Whether a plain prompt begins with the BOS token if the file does not say. */
  boolean addsBos() {
    return false;
  }

  static ObjectNode byteLevel(boolean cutsWords) {
    return JSON.objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", cutsWords);
  }

  /**
   * The words of Llama 3 and Qwen2: a contraction's end, letters with one other character before
   * them, digits, punctuation with the line breaks after it, white space.
   */
  private static JsonNode words(String digitsTogether) {
    String expression =
        String.join(
            "|",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
            "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
            "\\p{N}" + digitsTogether,
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
            "\\s*[\\r\\n]+",
            "\\s+(?!\\S)",
            "\\s+");
    ObjectNode split = JSON.objectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", expression);
    split.put("behavior", "Isolated").put("invert", false);
    return sequence(split, byteLevel(false));
  }

  private static JsonNode sequence(ObjectNode first, ObjectNode second) {
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    sequence.putArray("pretokenizers").add(first).add(second);
    return sequence;
  }
}
