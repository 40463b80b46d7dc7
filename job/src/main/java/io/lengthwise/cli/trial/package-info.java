/** What {@code bench} and {@code replay} share: schedules by name, their load and their tables. */
package io.lengthwise.cli.trial;
