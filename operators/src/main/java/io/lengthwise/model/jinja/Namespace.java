package io.lengthwise.model.jinja;

import java.util.Map;

/**
 * Attributes that a template may set from within its loops.
 *
 * @param attributes by name
 */
record Namespace(Map<String, Object> attributes) {}
