package io.lengthwise.it;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The log of this JVM from {@code INFO} up, while the tests of a class run. */
final class TestingLog implements BeforeAllCallback, AfterAllCallback {

  private final StringBuffer text = new StringBuffer();

  @Override
  public void beforeAll(ExtensionContext context) {
    Recorder recorder = new Recorder();
    recorder.start();
    LoggerContext logging = (LoggerContext) LogManager.getContext(false);
    Configuration configuration = logging.getConfiguration();
    // Sets the level of each logger, because the test's configuration silences some.
    configuration
        .getLoggers()
        .values()
        .forEach(
            logger -> {
              logger.setLevel(Level.INFO);
              logger.getAppenders().keySet().forEach(logger::removeAppender);
            });
    LoggerConfig root = configuration.getRootLogger();
    root.addAppender(recorder, Level.INFO, null);
    logging.updateLoggers();
  }

  /** Restores the levels of the configuration file. */
  @Override
  public void afterAll(ExtensionContext context) {
    ((LoggerContext) LogManager.getContext(false)).reconfigure();
  }

  String text() {
    return text.toString();
  }

  private final class Recorder extends AbstractAppender {

    Recorder() {
      super("recorder", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      text.append(event.getMessage().getFormattedMessage()).append('\n');
      if (event.getThrown() != null) {
        StringWriter trace = new StringWriter();
        event.getThrown().printStackTrace(new PrintWriter(trace));
        text.append(trace);
      }
    }
  }
}
