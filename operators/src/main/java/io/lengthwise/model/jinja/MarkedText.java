package io.lengthwise.model.jinja;

import java.util.BitSet;

/**
 * A string that knows which of its characters came from outside the template.
 *
 * <p>The marks follow the characters through every operation of a template (joining, trimming,
 * slicing, splitting), so that after rendering the words of a user can be told from the template's
 * own, and a control token spelled by a user from a real one. Where an operation changes characters
 * rather than moving them, the result is foreign as a whole when any of it was.
 */
public final class MarkedText {

  private static final BitSet NONE = new BitSet();
  static final MarkedText EMPTY = new MarkedText("", NONE);

  private final String text;
  private final BitSet foreign;

  private MarkedText(String text, BitSet foreign) {
    this.text = text;
    this.foreign = foreign;
  }

  /** Text of the template, or of the model's own configuration. */
  public static MarkedText own(String text) {
    return new MarkedText(text, NONE);
  }

  /** Text from outside: the content of a message. */
  public static MarkedText foreign(String text) {
    BitSet all = new BitSet(text.length());
    all.set(0, text.length());
    return new MarkedText(text, all);
  }

  /** Whether any character of {@code [from, to)} came from outside; in UTF-16 units. */
  public boolean isForeign(int from, int to) {
    int next = foreign.nextSetBit(from);
    return next >= 0 && next < to;
  }

  public int length() {
    return text.length();
  }

  /** The characters from one UTF-16 index to another, with their marks. */
  public MarkedText slice(int from, int to) {
    if (from == 0 && to == text.length()) {
      return this;
    }
    return from >= to ? EMPTY : new MarkedText(text.substring(from, to), foreign.get(from, to));
  }

  /** Other characters in place of these: all foreign when any of these was. */
  MarkedText changedTo(String other) {
    if (other.equals(text)) {
      return this;
    }
    return foreign.isEmpty() ? own(other) : foreign(other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MarkedText that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The characters without their marks. */
  @Override
  public String toString() {
    return text;
  }

  /** Joins texts, each with its marks. */
  static final class Builder {

    private final StringBuilder text = new StringBuilder();
    private final BitSet foreign = new BitSet();

    Builder append(MarkedText part) {
      int offset = text.length();
      text.append(part.text);
      for (int from = part.foreign.nextSetBit(0); from >= 0; ) {
        int to = part.foreign.nextClearBit(from);
        foreign.set(offset + from, offset + to);
        from = part.foreign.nextSetBit(to);
      }
      return this;
    }

    Builder append(String own) {
      text.append(own);
      return this;
    }

    MarkedText build() {
      return new MarkedText(text.toString(), foreign);
    }
  }
}
