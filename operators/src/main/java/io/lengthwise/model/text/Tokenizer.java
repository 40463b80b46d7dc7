package io.lengthwise.model.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.natives.NativeLibraries;
import io.lengthwise.request.WellFormed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Converts text to tokens and back, as the model's own tokenizer does.
 *
 * <p>A prompt that was rendered from a chat template spells control tokens ({@code <|im_end|>}) as
 * text. They become control tokens; the same characters in the content of a message do not. A
 * prompt in which no message spells a control token is encoded as a whole, exactly as Hugging Face
 * does. Otherwise the prompt is cut at the template's own control tokens, and the parts between
 * them go through a second tokenizer without control tokens.
 *
 * <p>Any number of threads may encode and decode at the same time.
 */
public final class Tokenizer implements AutoCloseable {

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final TokenizerSource source;
  private final HuggingFaceTokenizer tokenizer;
  private final Map<Integer, String> controlTokens;
  private final Pattern controlText;
  private final int longestTokenCharacters;
  private final int[] promptBegin;
  private HuggingFaceTokenizer literal;

  private Tokenizer(TokenizerSource source) {
    this.source = source;
    this.controlTokens = source.controlTokens();
    this.controlText =
        Pattern.compile(
            controlTokens.values().stream()
                .filter(text -> !text.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|", controlTokens.isEmpty() ? "(?!)" : "", "")));
    this.longestTokenCharacters = source.longestTokenCharacters();
    this.tokenizer = create(source.tokenizer().toString());
    this.promptBegin = promptBegin();
  }

  /**
   * Creates a tokenizer.
   *
   * @throws ModelFileException for a source that is broken or not supported
   */
  public static Tokenizer of(TokenizerSource source) {
    NativeLibraries.check();
    return new Tokenizer(source);
  }

  private HuggingFaceTokenizer create(String json) {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
    } catch (RuntimeException e) {
      throw new ModelFileException(source.file(), "is no usable tokenizer: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tokens that begin a plain prompt: none, or the BOS token. */
  private int[] promptBegin() {
    if (source.addsBos() != null) {
      return source.addsBos() ? new int[] {bosTokenId()} : new int[0];
    }
    int[] bare = ids(tokenizer.encode("a", false, false));
    int[] whole = ids(tokenizer.encode("a", true, false));
    for (int begin = 0; begin + bare.length <= whole.length; begin++) {
      if (Arrays.equals(bare, Arrays.copyOfRange(whole, begin, begin + bare.length))) {
        return Arrays.copyOf(whole, begin);
      }
    }
    return new int[0];
  }

  private int bosTokenId() {
    int[] ids = source.bosToken() == null ? new int[0] : encode(source.bosToken());
    if (ids.length != 1) {
      throw new ModelFileException(
          source.file(), "asks for a BOS token before each prompt and does not name one");
    }
    return ids[0];
  }

  /** The tokens of a text. Control tokens that it spells become control tokens; none is added. */
  public int[] encode(String text) {
    return ids(tokenizer.encode(WellFormed.text(text), false, false));
  }

  /** The tokens of a prompt to complete: the same, after the BOS token if the model uses one. */
  public int[] encodePrompt(String text) {
    return joined(promptBegin, encode(text));
  }

  /**
   * The tokens of a rendered chat. Only the template's own control tokens become control tokens.
   */
  public int[] encode(MarkedText prompt) {
    Encoding whole = tokenizer.encode(WellFormed.text(prompt.toString()), false, false);
    return hasForeignControlToken(prompt, whole) ? encodeInPieces(prompt) : ids(whole);
  }

  private boolean hasForeignControlToken(MarkedText prompt, Encoding encoding) {
    String text = prompt.toString();
    long[] ids = encoding.getIds();
    CharSpan[] spans = encoding.getCharTokenSpans();
    int units = 0;
    int points = 0;
    for (int i = 0; i < ids.length; i++) {
      if (spans[i] == null || !controlTokens.containsKey((int) ids[i])) {
        continue;
      }
      // Spans count code points. They ascend, so that one walk over the text finds them all.
      int begin = text.offsetByCodePoints(units, spans[i].getStart() - points);
      int end = text.offsetByCodePoints(begin, spans[i].getEnd() - spans[i].getStart());
      units = end;
      points = spans[i].getEnd();
      // Some control tokens include the white space beside them, even if a message contains it.
      while (begin < end && Character.isWhitespace(text.charAt(begin))) {
        begin++;
      }
      while (end > begin && Character.isWhitespace(text.charAt(end - 1))) {
        end--;
      }
      if (prompt.isForeign(begin, end)) {
        return true;
      }
    }
    return false;
  }

  private int[] encodeInPieces(MarkedText prompt) {
    String text = WellFormed.text(prompt.toString());
    IntStream.Builder out = IntStream.builder();
    Matcher matcher = controlText.matcher(text);
    int done = 0;
    int search = 0;
    while (matcher.find(search)) {
      if (prompt.isForeign(matcher.start(), matcher.end())) {
        search = matcher.start() + 1;
        continue;
      }
      add(out, encodeLiterally(text.substring(done, matcher.start())));
      add(out, encode(matcher.group()));
      done = matcher.end();
      search = done;
    }
    add(out, encodeLiterally(text.substring(done)));
    return out.build().toArray();
  }

  private int[] encodeLiterally(String text) {
    return text.isEmpty() ? new int[0] : ids(literal().encode(text, false, false));
  }

  /**
   * Created when it is first needed. Ordinary prompts do not need it, and it takes as much memory
   * as the tokenizer itself.
   */
  private synchronized HuggingFaceTokenizer literal() {
    if (literal == null) {
      // The name is random, so that no text can spell a control token by it.
      String secret = UUID.randomUUID().toString();
      literal = create(source.withControlTokensNamed(name -> secret + name).toString());
    }
    return literal;
  }

  /** The text of tokens, without control tokens, and with every space. */
  public String decode(int[] tokens) {
    return decode(tokens, 0, tokens.length);
  }

  /** The text of the tokens from one index to another. */
  String decode(int[] tokens, int from, int to) {
    long[] ids = IntStream.range(from, to).mapToLong(i -> tokens[i]).toArray();
    // decode() would clean up spaces.
    return ids.length == 0 ? "" : tokenizer.batchDecode(new long[][] {ids}, true)[0];
  }

  /** The most characters of a prompt that one token may represent. */
  public int longestTokenCharacters() {
    return longestTokenCharacters;
  }

  boolean isControlToken(int id) {
    return controlTokens.containsKey(id);
  }

  @Override
  public synchronized void close() {
    tokenizer.close();
    if (literal != null) {
      literal.close();
    }
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void add(IntStream.Builder out, int[] ids) {
    Arrays.stream(ids).forEach(out::add);
  }
}
