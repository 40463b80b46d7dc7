/**
 * Shared parts of {@code bench} and {@code replay}: schedules by name, their load and their tables.
 */
package io.lengthwise.cli.trial;
