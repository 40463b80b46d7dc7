package io.lengthwise.request;

/**
 * A message of a chat.
 *
 * @param role {@code system}, {@code developer}, {@code user} or {@code assistant}
 * @param content the text; the parts of a list of text parts are joined by line breaks
 */
public record Message(String role, String content) {}
