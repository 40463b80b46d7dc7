/** {@code bench}: schedules on a model, with a report. */
package io.lengthwise.cli.bench;
