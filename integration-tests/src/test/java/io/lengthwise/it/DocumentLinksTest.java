package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the target of each link between documents exists, heading included. Links to other
 * sites are not followed.
 */
class DocumentLinksTest {

  static Stream<Path> documents() throws IOException {
    return RepositoryFiles.list().stream().filter(DocumentLinksTest::isDocument);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkResolves(Path document) throws IOException {
    assertThat(broken(document)).as("broken links of %s", document).isEmpty();
  }

  @Test
  void brokenLinksAreFound(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("other.md"), "# What `it` does, or not\n");
    Path document = folder.resolve("document.md");
    Files.writeString(
        document,
        """
        # Title
        # Title
        [good](other.md#what-it-does-or-not), [here](#title-1), [far](https://example.org/none)
        [no heading](other.md#what), [not here](#title-2), ![no file](picture.svg)
        <a href="missing.html">no file</a>

            [code](missing-in-code.md)
        """);

    assertThat(broken(document))
        .containsExactly("other.md#what", "#title-2", "picture.svg", "missing.html");
  }

  private static List<String> broken(Path document) throws IOException {
    return MarkdownDocument.read(document).links().stream()
        .filter(link -> !link.matches("(https?|mailto):.*"))
        .filter(link -> !resolves(document, link))
        .toList();
  }

  private static boolean resolves(Path document, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
    if (!Files.exists(target)) {
      return false;
    }
    return parts.length == 1 || !isDocument(target) || anchors(target).contains(parts[1]);
  }

  private static boolean isDocument(Path file) {
    return file.toString().endsWith(".md");
  }

  private static Set<String> anchors(Path document) {
    try {
      return MarkdownDocument.read(document).anchors();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
