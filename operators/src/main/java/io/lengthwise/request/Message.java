package io.lengthwise.request;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code developer}, {@code user} or {@code assistant}
 * @param content the turn's text; the text parts of a list of parts joined by line breaks
 */
public record Message(String role, String content) {}
