package io.lengthwise.model.text;

import java.util.BitSet;

/**
 * A string that knows which of its characters came from a message.
 *
 * <p>While a template is rendered, the string is an ordinary string in which two mark characters
 * enclose the text of messages. So the marks pass through the operators of a library that does not
 * know them. The mark characters are noncharacters, which Unicode reserves for internal use. In the
 * text of a message, they are replaced.
 */
public final class MarkedText {

  private static final char BEGIN = '\ufdd0';
  private static final char END = '\ufdd1';

  private final String text;
  private final BitSet foreign;

  private MarkedText(String text, BitSet foreign) {
    this.text = text;
    this.foreign = foreign;
  }

  /** The text of a message without the two mark characters. */
  static String cleaned(String content) {
    return content.replace(BEGIN, '\ufffd').replace(END, '\ufffd');
  }

  /** The text of a message between marks. The text must be {@link #cleaned}. */
  static String bracketed(String content) {
    return content.isEmpty() ? content : BEGIN + content + END;
  }

  /**
   * Parses a string with marks.
   *
   * @throws TemplateException for an opening mark without a closing one, or the reverse: the
   *     template cut between them
   */
  static MarkedText read(String marked) {
    StringBuilder text = new StringBuilder(marked.length());
    BitSet foreign = new BitSet();
    int begin = -1;
    for (int i = 0; i < marked.length(); i++) {
      char c = marked.charAt(i);
      if (c == BEGIN && begin < 0) {
        begin = text.length();
      } else if (c == END && begin >= 0) {
        foreign.set(begin, text.length());
        begin = -1;
      } else if (c == BEGIN || c == END) {
        throw cut();
      } else {
        text.append(c);
      }
    }
    if (begin >= 0) {
      throw cut();
    }
    return new MarkedText(text.toString(), foreign);
  }

  private static TemplateException cut() {
    return TemplateException.of("it cuts a message's text in a way that cannot be followed", null);
  }

  /** The characters from one UTF-16 index to another, as a string with marks. */
  String marked(int from, int to) {
    StringBuilder out = new StringBuilder();
    for (int at = from; at < to; ) {
      boolean own = !foreign.get(at);
      int next = own ? foreign.nextSetBit(at) : foreign.nextClearBit(at);
      int end = next < 0 ? to : Math.min(next, to);
      String part = text.substring(at, end);
      out.append(own ? part : bracketed(part));
      at = end;
    }
    return out.toString();
  }

  /** Whether any character of {@code [from, to)}, in UTF-16 units, came from a message. */
  boolean isForeign(int from, int to) {
    int next = foreign.nextSetBit(from);
    return next >= 0 && next < to;
  }

  /** The characters without their marks. */
  @Override
  public String toString() {
    return text;
  }
}
