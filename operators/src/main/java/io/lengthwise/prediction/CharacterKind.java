package io.lengthwise.prediction;

/** The kinds of characters, as the scanner of words tells them apart. */
final class CharacterKind {

  static final int OTHER = 0;
  static final int LETTER = 1;
  static final int DIGIT = 2;

  /** A character that is a word by itself, in scripts without spaces. */
  static final int WHOLE_WORD = 3;

  /** A character that belongs to the letter before it: a vowel sign, an accent. */
  static final int MARK = 4;

  private CharacterKind() {}

  static int of(int character) {
    if (character < 0x80) {
      int lower = character | 0x20;
      if (lower >= 'a' && lower <= 'z') {
        return LETTER;
      }
      return character >= '0' && character <= '9' ? DIGIT : OTHER;
    }
    if (Character.isIdeographic(character) || isKana(character)) {
      return WHOLE_WORD;
    }
    if (Character.isLetter(character)) {
      return LETTER;
    }
    if (Character.isDigit(character)) {
      return DIGIT;
    }
    return isMark(character) ? MARK : OTHER;
  }

  private static boolean isKana(int character) {
    return character >= 0x3041 && character <= 0x30ff && Character.isLetter(character);
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }
}
