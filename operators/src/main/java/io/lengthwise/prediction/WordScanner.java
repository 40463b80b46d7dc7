package io.lengthwise.prediction;

/** Finds the words of a text: it counts them and keeps the hashes of the first ones. */
final class WordScanner {

  /** The characters that are scanned. A prompt as long as a book must not delay the stream. */
  private static final int SCANNED = 16_384;

  private static final int EMPTY = FeatureHash.start('x');

  private final int[] hashes;
  private int count;

  /**
   * A scanner.
   *
   * @param most the number of words whose hashes are kept
   */
  WordScanner(int most) {
    hashes = new int[most];
  }

  void scan(String text) {
    count = 0;
    int end = Math.min(text.length(), SCANNED);
    int kind = CharacterKind.OTHER;
    int hash = EMPTY;
    for (int i = 0; i < end; ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      int next = CharacterKind.of(character);
      if (next == CharacterKind.MARK) {
        next = kind == CharacterKind.LETTER ? CharacterKind.LETTER : CharacterKind.OTHER;
      }
      if (next != kind || next == CharacterKind.WHOLE_WORD) {
        endWord(kind, hash);
        hash = EMPTY;
      }
      kind = next;
      if (kind != CharacterKind.OTHER) {
        hash = FeatureHash.mix(hash, Character.toLowerCase(character));
      }
    }
    endWord(kind, hash);
  }

  private void endWord(int kind, int hash) {
    if (kind == CharacterKind.OTHER) {
      return;
    }
    if (count < hashes.length) {
      hashes[count] = hash;
    }
    count++;
  }

  /** The number of words of the text. */
  int count() {
    return count;
  }

  /** The number of words whose hashes are kept. */
  int kept() {
    return Math.min(count, hashes.length);
  }

  /** The hash of a word in lower case, before it is finished. */
  int hash(int word) {
    return hashes[word];
  }
}
