package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import java.util.Arrays;

/**
 * What a prompt tells about the length of its answer, hashed to rows of the predictor's weights.
 *
 * <p>The text is the last user message. Its words are runs of letters of any script, lower-cased,
 * or runs of digits; characters of scripts that put no spaces between words (Chinese, Japanese) are
 * words by themselves. Features are the first {@value #WORDS} words, their neighbouring pairs, the
 * first word, the rough number of words and characters, the two of first word and number of words,
 * and whether it ends in a question mark; beyond the text the system prompt, the source topic, the
 * number of turns, and the rough {@code max_tokens} and number of prompt tokens.
 *
 * <p>It keeps its working memory, so it belongs to one thread.
 */
final class PromptFeatures {

  /** Rows that features are hashed to, a power of two. */
  static final int ROWS = 1 << 16;

  static final int WORDS = 32;

  /** Characters looked at for words: a prompt of a whole book must not hold up the stream. */
  private static final int SCANNED = 16_384;

  /** The kinds of features: each hash starts from its own. */
  private static final int WORD = start('w');

  private static final int PAIR = start('p');
  private static final int WORD_COUNT = start('W');
  private static final int CHARACTER_COUNT = start('C');
  private static final int FIRST_WORD = start('f');
  private static final int FIRST_WORD_AND_COUNT = start('F');
  private static final int QUESTION = start('?');
  private static final int SYSTEM_PROMPT = start('s');
  private static final int SOURCE = start('o');
  private static final int TURNS = start('t');
  private static final int MAX_TOKENS = start('m');
  private static final int PROMPT_TOKENS = start('T');

  private final int[] words = new int[WORDS];
  private final int[] rows = new int[2 * WORDS + 16];
  private int wordCount;
  private int size;

  /** The distinct rows of a request's features, ascending, each below 2^16. */
  int[] of(EncodedRequest encoded) {
    GenerationRequest request = encoded.request();
    String text = lastUserText(request);
    size = 0;
    findWords(text);
    addWords();
    addShape(text);
    addRequest(encoded);
    return distinct();
  }

  private void addWords() {
    int kept = Math.min(wordCount, WORDS);
    for (int i = 0; i < kept; i++) {
      add(mix(WORD, words[i]));
      if (i > 0) {
        add(mix(mix(PAIR, words[i - 1]), words[i]));
      }
    }
  }

  private void addShape(String text) {
    int wordsLog = halfOctaves(wordCount);
    add(mix(WORD_COUNT, wordsLog));
    add(mix(CHARACTER_COUNT, halfOctaves(text.length())));
    if (wordCount > 0) {
      add(mix(FIRST_WORD, words[0]));
      add(mix(mix(FIRST_WORD_AND_COUNT, words[0]), wordsLog));
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
        system = mix(system, message.content().hashCode());
      }
    }
    add(system);
    add(mix(SOURCE, request.origin().source().hashCode()));
    add(mix(TURNS, request.messages().size()));
    add(mix(MAX_TOKENS, halfOctaves(request.maxTokens()) / 2));
    add(mix(PROMPT_TOKENS, halfOctaves(encoded.promptTokens().length) / 2));
  }

  private static boolean isSystem(Message message) {
    return message.role().equals("system") || message.role().equals("developer");
  }

  /** The text to answer: of a conversation without a user's turn, its last turn. */
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

  /** Counts the words and keeps the hashes of the first. */
  private void findWords(String text) {
    wordCount = 0;
    int end = Math.min(text.length(), SCANNED);
    int kind = CharacterKind.OTHER;
    int hash = 0;
    for (int i = 0; i < end; ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      int next = CharacterKind.of(character);
      if (next == CharacterKind.MARK) {
        next = kind == CharacterKind.LETTER ? CharacterKind.LETTER : CharacterKind.OTHER;
      }
      if (next != kind || next == CharacterKind.WHOLE_WORD) {
        keep(kind, hash);
        hash = start('x');
      }
      kind = next;
      if (kind != CharacterKind.OTHER) {
        hash = fnv(hash, Character.toLowerCase(character));
      }
    }
    keep(kind, hash);
  }

  private void keep(int kind, int hash) {
    if (kind != CharacterKind.OTHER) {
      if (wordCount < WORDS) {
        words[wordCount] = hash;
      }
      wordCount++;
    }
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
    rows[size++] = finish(hash) & (ROWS - 1);
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

  private static int start(char kind) {
    return fnv(0x811c9dc5, kind);
  }

  /**
   * One step of the FNV-1a hash over the bytes of a number, low byte first, zero bytes left out.
   */
  private static int fnv(int hash, int value) {
    int result = hash;
    for (int rest = value; ; rest >>>= 8) {
      result = (result ^ (rest & 0xff)) * 0x01000193;
      if (rest >>> 8 == 0) {
        return result;
      }
    }
  }

  private static int mix(int hash, int value) {
    int result = fnv(hash, value & 0xff);
    result = fnv(result, value >>> 8 & 0xff);
    result = fnv(result, value >>> 16 & 0xff);
    return fnv(result, value >>> 24);
  }

  /** The finaliser of MurmurHash3: spreads what FNV leaves in the high bits. */
  private static int finish(int hash) {
    int h = hash;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }
}
