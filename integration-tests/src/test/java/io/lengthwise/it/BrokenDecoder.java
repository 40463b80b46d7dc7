package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A decoder program that throws on long prompts.
 *
 * <p>No known request makes the packaged program throw, so the test changes the program in a copy
 * of the job. TorchScript is stored as source text, which is compiled when the engine loads it.
 */
final class BrokenDecoder {

  /** A prompt of more tokens makes the program throw. */
  static final int MOST_TOKENS = 100;

  private static final String PROGRAM = "io/lengthwise/model/decoder/decoder.pt";
  private static final String SOURCE = "decoder/code/__torch__/decoder.py";
  private static final String CALL = "(self).prefill_states(tokens, positions, cells, pieces, )";

  /**
   * Looks up each position in a table that is too short. The positions of token 1 count as the
   * first one, because made-up rows consist of this token and must succeed. The result has to be
   * used, or the lookup is optimised away.
   */
  private static final String BROKEN_CALL =
      CALL.replace(
          "positions",
          ("torch.add(positions, torch.to(torch.index_select(torch.zeros([%d]), 0, "
                  + "torch.mul(positions, torch.clamp(torch.abs(torch.sub(tokens, 1)), 0, 1))), 4))")
              .formatted(MOST_TOKENS));

  private BrokenDecoder() {}

  /** Copies the packaged job with this program instead of its own, and returns the copy. */
  static Path jobWithIt(Path folder) throws IOException {
    Path job = Files.copy(FlinkClient.JOB_JAR, folder.resolve("broken-job.jar"));
    Path program = folder.resolve("decoder.pt");
    try (FileSystem jar = FileSystems.newFileSystem(job)) {
      Path packaged = jar.getPath(PROGRAM);
      Files.move(packaged, program);
      change(program);
      Files.move(program, packaged);
    }
    return job;
  }

  private static void change(Path program) throws IOException {
    // The entry is stored uncompressed, as PyTorch writes it.
    try (FileSystem archive =
        FileSystems.newFileSystem(program, Map.of("compressionMethod", "STORED"))) {
      Path file = archive.getPath(SOURCE);
      String source = Files.readString(file);
      assertThat(source).contains(CALL);
      Files.writeString(file, source.replace(CALL, BROKEN_CALL));
    }
  }
}
