package io.lengthwise.model.jinja;

/**
 * What a missing variable or attribute is: false, empty and blank, and an error to everything else.
 *
 * @param name what was looked up, for the message
 */
record Undefined(String name) {

  JinjaException error() {
    return JinjaException.of("'" + name + "' is undefined");
  }
}
