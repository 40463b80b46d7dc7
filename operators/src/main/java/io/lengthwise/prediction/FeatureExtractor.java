package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import java.util.Arrays;

/**
 * Extracts from a prompt the features that tell about the length of its answer, hashed to rows of
 * the predictor's weights.
 *
 * <p>The text is the last user message. Its words are runs of letters of any script in lower case,
 * or runs of digits. Characters of scripts without spaces between words (Chinese, Japanese) are
 * words by themselves. Features of the text are the first {@value #WORDS} words, the pairs of
 * neighbours among them, the first word, the rough number of words and of characters, the pair of
 * first word and number of words, and whether the text ends with a question mark. Other features
 * are the system prompt, the source topic, the number of turns, the rough {@code max_tokens} and
 * the rough number of prompt tokens.
 *
 * <p>An extractor keeps working memory, so it belongs to one thread.
 */
final class FeatureExtractor {

  /** The rows that features are hashed to, a power of two. */
  static final int ROWS = 1 << 16;

  /** The words that are used, from the start of the text. */
  static final int WORDS = 32;

  /** The most features of a request. */
  static final int MOST = 2 * WORDS + 16;

  /** The kinds of features. The hash of each kind starts with a number of its own. */
  private static final int WORD = FeatureHash.start('w');

  private static final int PAIR = FeatureHash.start('p');
  private static final int WORD_COUNT = FeatureHash.start('W');
  private static final int CHARACTER_COUNT = FeatureHash.start('C');
  private static final int FIRST_WORD = FeatureHash.start('f');
  private static final int FIRST_WORD_AND_COUNT = FeatureHash.start('F');
  private static final int QUESTION = FeatureHash.start('?');
  private static final int SYSTEM_PROMPT = FeatureHash.start('s');
  private static final int SOURCE = FeatureHash.start('o');
  private static final int TURNS = FeatureHash.start('t');
  private static final int MAX_TOKENS = FeatureHash.start('m');
  private static final int PROMPT_TOKENS = FeatureHash.start('T');

  private final WordScanner words = new WordScanner(WORDS);
  private final int[] rows = new int[MOST];
  private int size;

  /** The distinct rows of a request's features, ascending, each below 2^16. */
  int[] of(EncodedRequest encoded) {
    GenerationRequest request = encoded.request();
    String text = lastUserText(request);
    size = 0;
    words.scan(text);
    addWords();
    addShape(text);
    addRequest(encoded);
    return distinct();
  }

  private void addWords() {
    for (int i = 0; i < words.kept(); i++) {
      add(FeatureHash.mix(WORD, words.hash(i)));
      if (i > 0) {
        add(FeatureHash.mix(FeatureHash.mix(PAIR, words.hash(i - 1)), words.hash(i)));
      }
    }
  }

  private void addShape(String text) {
    int wordsLog = halfOctaves(words.count());
    add(FeatureHash.mix(WORD_COUNT, wordsLog));
    add(FeatureHash.mix(CHARACTER_COUNT, halfOctaves(text.length())));
    if (words.count() > 0) {
      add(FeatureHash.mix(FIRST_WORD, words.hash(0)));
      add(FeatureHash.mix(FeatureHash.mix(FIRST_WORD_AND_COUNT, words.hash(0)), wordsLog));
    }
    if (asks(text)) {
      add(QUESTION);
    }
  }

  private void addRequest(EncodedRequest encoded) {
    GenerationRequest request = encoded.request();
    int system = SYSTEM_PROMPT;
    for (Message message : request.messages()) {
      if (isSystem(message)) {
        system = FeatureHash.mix(system, message.content().hashCode());
      }
    }
    add(system);
    add(FeatureHash.mix(SOURCE, request.origin().source().hashCode()));
    add(FeatureHash.mix(TURNS, request.messages().size()));
    add(FeatureHash.mix(MAX_TOKENS, halfOctaves(request.maxTokens()) / 2));
    add(FeatureHash.mix(PROMPT_TOKENS, halfOctaves(encoded.promptTokens().length) / 2));
  }

  private static boolean isSystem(Message message) {
    return message.role().equals("system") || message.role().equals("developer");
  }

  /** The text to answer: the last user message, or the last message if no user message exists. */
  private static String lastUserText(GenerationRequest request) {
    if (request.messages().isEmpty()) {
      return request.prompt() == null ? "" : request.prompt();
    }
    for (int i = request.messages().size() - 1; i >= 0; i--) {
      if (request.messages().get(i).role().equals("user")) {
        return request.messages().get(i).content();
      }
    }
    return request.messages().get(request.messages().size() - 1).content();
  }

  private static boolean asks(String text) {
    for (int i = text.length() - 1; i >= 0; i--) {
      char character = text.charAt(i);
      if (!Character.isWhitespace(character)) {
        return character == '?' || character == '\uff1f' || character == '\u061f';
      }
    }
    return false;
  }

  private static int halfOctaves(int count) {
    return (int) (2 * Math.log(count + 1.0) / Math.log(2));
  }

  private void add(int hash) {
    rows[size++] = FeatureHash.finish(hash) & (ROWS - 1);
  }

  private int[] distinct() {
    Arrays.sort(rows, 0, size);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || rows[i] != rows[i - 1]) {
        rows[kept++] = rows[i];
      }
    }
    return Arrays.copyOf(rows, kept);
  }
}
