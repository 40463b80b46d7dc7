package io.lengthwise.cli;

import io.lengthwise.cli.console.Console;
import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Creates the commands for picocli, and passes the console to each command whose constructor takes
 * one.
 *
 * @param console where the commands write
 */
record CommandFactory(Console console) implements IFactory {

  @Override
  public <K> K create(Class<K> type) throws Exception {
    Constructor<K> constructor;
    try {
      constructor = type.getDeclaredConstructor(Console.class);
    } catch (NoSuchMethodException e) {
      return CommandLine.defaultFactory().create(type);
    }
    constructor.setAccessible(true);
    return constructor.newInstance(console);
  }
}
