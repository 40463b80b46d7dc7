package io.lengthwise.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** The archive of the decoder program cannot be reviewed, so it is compared with its sources. */
class DecoderProgramTest {

  private static final Path SOURCES =
      Path.of("src", "main", "resources", "io", "lengthwise", "model", "decoder", "program");

  private static final String TEN_TENSORS = " Tensor".repeat(10).strip();

  /** The methods that the Java driver calls, with the types of their arguments and results. */
  private static final Map<String, String> METHODS =
      Map.ofEntries(
          Map.entry("configure", "int int int int float List[int] Tensor -> NoneType"),
          Map.entry("fill", "str List[int] int Tensor str str -> NoneType"),
          Map.entry("add_layer", "-> NoneType"),
          Map.entry("finish", "-> NoneType"),
          Map.entry("allocate", "int -> NoneType"),
          Map.entry("prefill", "Tensor Tensor Tensor List[int] bool -> Tensor"),
          Map.entry("read", "Tensor List[int] -> Tensor"),
          Map.entry("decode", "int bool int " + TEN_TENSORS + " Tensor Tensor -> Tensor"),
          Map.entry(
              "decode_ahead",
              "int int Tensor Tensor Tensor Tensor Tensor Tensor Tensor Tensor -> List[Tensor]"),
          Map.entry("move", "int int int -> NoneType"),
          Map.entry("log_likelihoods", "Tensor Tensor Tensor List[int] Tensor -> Tensor"),
          Map.entry("products", "int int -> Tensor"));

  private static final Pattern METHOD =
      Pattern.compile("  def (\\w+)\\(self: __torch__\\.decoder\\.Decoder,?([^)]*)\\) -> ([^:]+):");

  private static final Pattern ARGUMENT = Pattern.compile("\\w+: ([\\w\\[\\]]+)");

  @Test
  void archiveIsExportedFromTheSourcesBesideIt() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path source : sources()) {
      digest.update(source.getFileName().toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(Files.readAllBytes(source));
    }
    assertThat(entry("decoder/extra/sources.sha256"))
        .as("a source of the decoder program was changed: run `python export.py` in its folder")
        .isEqualTo(HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void methodsTakeWhatTheDriverPasses() throws IOException {
    Map<String, String> exported = new TreeMap<>();
    METHOD
        .matcher(entry("decoder/code/__torch__/decoder.py"))
        .results()
        .forEach(
            method -> {
              StringBuilder types = new StringBuilder();
              ARGUMENT
                  .matcher(method.group(2))
                  .results()
                  .forEach(argument -> types.append(argument.group(1)).append(' '));
              exported.put(method.group(1), types.append("-> ").append(method.group(3)).toString());
            });
    assertThat(exported).containsAllEntriesOf(METHODS);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".py")).sorted().toList();
    }
  }

  private static String entry(String name) throws IOException {
    try (ZipInputStream archive =
        new ZipInputStream(DecoderProgram.class.getResourceAsStream("decoder.pt"))) {
      for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        if (entry.getName().equals(name)) {
          return new String(archive.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new IOException("the archive has no " + name);
  }
}
