package io.lengthwise.cli.kafka;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.job.config.LengthwiseOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code send}: sends the requests of a file to a topic. */
@Command(name = "send", description = "Sends the requests of a file to a topic.")
public final class SendCommand implements Callable<Integer> {

  private final Console console;
  @Mixin private ConfigurationOptions options;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Lines of the OpenAI Batch API, or one prompt a line.")
  private Path file;

  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "The topic.")
  private String topic;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "SmolLM2-135M-Instruct",
      description = "The model that plain prompts ask, by default ${DEFAULT-VALUE}.")
  private String model;

  SendCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Configuration configuration = options.over(Map.of());
    List<PromptLine> prompts =
        read(file, model, configuration.get(LengthwiseOptions.DEFAULTS_MAX_TOKENS));
    try (RequestSender sender = new RequestSender(configuration, topic)) {
      sender.send(prompts);
    }
    console.err().printf("Sent %d requests to %s%n", prompts.size(), topic);
    return 0;
  }

  /** Reads the prompts of a file that the user named. */
  public static List<PromptLine> read(Path file, String model, int maxTokens) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      List<PromptLine> prompts = PromptLine.read(stream, model, maxTokens);
      if (prompts.isEmpty()) {
        throw new CommandFailure(file + " holds no prompts");
      }
      return prompts;
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no file " + file, e);
    }
  }
}
