package io.lengthwise.cli.models;

import java.io.IOException;

/** A model could not be had; the message says what to do. */
final class ModelFetchException extends IOException {

  ModelFetchException(String message) {
    super(message);
  }
}
