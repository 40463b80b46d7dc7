package io.lengthwise.cli.models;

import java.io.IOException;

/** A model could not be fetched. The message says how to get it. */
final class ModelFetchException extends IOException {

  ModelFetchException(String message) {
    super(message);
  }
}
