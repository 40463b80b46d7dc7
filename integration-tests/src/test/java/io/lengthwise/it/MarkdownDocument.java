package io.lengthwise.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** The links of a Markdown file, and the anchors of its headings. */
final class MarkdownDocument extends AbstractVisitor {

  private static final Pattern HTML_LINK = Pattern.compile("\\b(?:href|src)=\"([^\"]*)\"");
  private static final Pattern HTML_ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]*)\"");

  private final List<String> links = new ArrayList<>();
  private final Set<String> anchors = new HashSet<>();
  private final Map<String, Integer> headings = new HashMap<>();

  private MarkdownDocument() {}

  static MarkdownDocument read(Path file) throws IOException {
    MarkdownDocument document = new MarkdownDocument();
    Parser.builder().build().parse(Files.readString(file)).accept(document);
    return document;
  }

  /** The targets of links and images, as written. */
  List<String> links() {
    return List.copyOf(links);
  }

  /** The anchors of this file, without the {@code #}. */
  Set<String> anchors() {
    return Set.copyOf(anchors);
  }

  @Override
  public void visit(Link link) {
    links.add(link.getDestination());
    visitChildren(link);
  }

  @Override
  public void visit(Image image) {
    links.add(image.getDestination());
    visitChildren(image);
  }

  @Override
  public void visit(HtmlInline html) {
    addHtml(html.getLiteral());
  }

  @Override
  public void visit(HtmlBlock html) {
    addHtml(html.getLiteral());
  }

  /**
   * GitHub's rule: the words in lower case, joined by {@code -}, without punctuation. The second
   * heading with the same words gets {@code -1} at its end, and so on.
   */
  @Override
  public void visit(Heading heading) {
    StringBuilder words = new StringBuilder();
    heading.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(code.getLiteral());
          }
        });
    String anchor =
        words
            .toString()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{N}_ -]", "")
            .replace(' ', '-');
    int before = headings.merge(anchor, 1, Integer::sum) - 1;
    anchors.add(before == 0 ? anchor : anchor + "-" + before);
    visitChildren(heading);
  }

  private void addHtml(String html) {
    for (Matcher link = HTML_LINK.matcher(html); link.find(); ) {
      links.add(link.group(1));
    }
    for (Matcher anchor = HTML_ANCHOR.matcher(html); anchor.find(); ) {
      anchors.add(anchor.group(1));
    }
  }
}
